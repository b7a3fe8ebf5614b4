using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault.Kv;

/// <summary>What a server of 1.8 does not have. Its other answers are held by the recorded contract.</summary>
public sealed class OlderServerTests : VaultTest
{
    private protected override VaultServerOptions Options => new() { Release = VaultRelease.V18 };

    [Fact]
    public async Task CustomMetadata_Written_IsTakenWithoutAWordAndForgotten()
    {
        await WriteAsync("c", Random());
        await Root.DoAsync("POST", "secret/metadata/c", new { custom_metadata = new { status = "current" } });
        Assert.False((await Root.GetAsync("secret/metadata/c")).Data.TryGetProperty("custom_metadata", out _));
    }

    [Fact]
    public async Task Subkeys_OfASecret_AreNoPath()
    {
        await WriteAsync("s", Random());
        (await Root.GetAsync("secret/subkeys/s")).Is(404);
    }

    [Fact]
    public async Task Token_Missing_Is400() => (await As(null).GetAsync("secret/config")).IsRefusal(400, "missing client token");

    [Fact]
    public async Task Login_WithAWrongSecretIdAgainAndAgain_IsNeverLockedOut()
    {
        await Root.DoAsync("POST", "sys/auth/approle", new { type = "approle" });
        await Root.DoAsync("POST", "auth/approle/role/r", new { token_policies = "x" });
        var role = (await Root.GetAsync("auth/approle/role/r/role-id")).Data.Text("role_id");
        for (var i = 0; i < 7; i++)
            (await As(null).PostAsync("auth/approle/login", new { role_id = role, secret_id = Random() })).IsRefusal(
                400,
                "invalid secret id"
            );
    }
}
