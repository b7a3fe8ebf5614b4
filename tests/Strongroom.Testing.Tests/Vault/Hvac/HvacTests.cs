using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault.Hvac;

/// <summary>hvac, Python's Vault client, as a witness that does not know our reading of the API.</summary>
public sealed class HvacTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vault", "Hvac");

    // Debian's package belongs to Debian's interpreter.
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Hvac_WritingListingLoggingInRenewingUnwrapping_UnderstandsTheVault()
    {
        if ((await OutsideProgram.RunAsync(Folder, Python, ["-c", "import hvac"], [])).Exit != 0)
            OutsideProgram.Miss("python3-hvac is not installed; run 'eng/peers.sh install'");
        await using var vault = await VaultServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var (exit, text, errors) = await OutsideProgram.RunAsync(
            Folder,
            Python,
            ["check.py"],
            new Dictionary<string, string>
            {
                ["VAULT_ADDR"] = vault.Url.GetLeftPart(UriPartial.Authority),
                ["VAULT_TOKEN"] = vault.RootToken,
            }
        );
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(text).RootElement;
        foreach (var name in new[] { "authenticated", "initialized", "newest", "first", "undeleted", "service_reads" })
            Assert.True(seen.GetProperty(name).GetBoolean(), name);
        foreach (var name in new[] { "sealed", "after_revoke" })
            Assert.False(seen.GetProperty(name).GetBoolean(), name);
        Assert.Equal(2, seen.GetProperty("version").GetInt32());
        Assert.Contains("did not match the current version", seen.GetProperty("stale").GetString(), StringComparison.Ordinal);
        Assert.Equal(["more", "value"], Texts(seen, "patched"));
        Assert.Equal(["deep/", "key"], Texts(seen, "listed"));
        Assert.Equal(["1", "2", "3"], Texts(seen, "versions"));
        Assert.Equal(["default", "root", "trader"], Texts(seen, "policies"));
        Assert.Equal(["default", "trader"], Texts(seen.GetProperty("login"), "policies"));
        Assert.Equal(
            (1200, true),
            (
                seen.GetProperty("login").GetProperty("lease").GetInt32(),
                seen.GetProperty("login").GetProperty("renewable").GetBoolean()
            )
        );
        Assert.Equal("auth/approle/role/signal_service/secret-id", seen.GetProperty("creation_path").GetString());
        Assert.Equal(
            ("gone", "refused", "denied"),
            (seen.Text("deleted"), seen.Text("second_unwrap"), seen.Text("service_writes"))
        );
        Assert.Equal((1800, "approle"), (seen.GetProperty("renewed").GetInt32(), seen.Text("display_name")));
    }

    private static IEnumerable<string?> Texts(JsonElement json, string name) =>
        json.GetProperty(name).EnumerateArray().Select(t => t.GetString());
}
