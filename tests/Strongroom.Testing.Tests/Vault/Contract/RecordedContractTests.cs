using System.Net.Http.Json;
using Npgsql;
using Strongroom.Peers;

namespace Strongroom.Testing.Tests.Vault.Contract;

/// <summary>
/// A real server's answers, recorded by <c>record.py</c>. The same script asks ours, and <c>compare.py</c> sets both side by
/// side: statuses, words, names and kinds of fields.
/// </summary>
public sealed class RecordedContractTests : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vault", "Contract");
    private static readonly string Recorded = Path.Combine(AppContext.BaseDirectory, "fixtures", "vault", "exchanges.json");

    private readonly TemporaryFolder folder = new();
    private PostgresServer? database;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        try
        {
            database = await PostgresServer.StartAsync(Ct);
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (database is not null)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task Exchanges_AsRecorded_AreAllAlike()
    {
        await PrepareAsync("trader");
        await using var vault = await VaultServer.StartAsync(new VaultServerOptions { Release = VaultRelease.V18 }, Ct);
        await CompareAsync(vault, Path.Combine(Folder, "record.py"), Recorded);
    }

    [Fact]
    public async Task Exchanges_WithOtherNamesValuesAndMounts_AreAllAlike()
    {
        var names = new ContractNames();
        await PrepareAsync(names.User);
        var (script, answers) = (folder.File("record.py"), folder.File("exchanges.json"));
        await File.WriteAllTextAsync(
            script,
            names.Script(await File.ReadAllTextAsync(Path.Combine(Folder, "record.py"), Ct)),
            Ct
        );
        await File.WriteAllTextAsync(answers, names.Answers(await File.ReadAllTextAsync(Recorded, Ct)), Ct);
        await using var vault = await VaultServer.StartAsync(new VaultServerOptions { Release = VaultRelease.V18 }, Ct);
        using (var http = new HttpClient())
        {
            using var mount = new HttpRequestMessage(HttpMethod.Post, new Uri(vault.Url, $"/v1/sys/mounts/{names.Mount}"))
            {
                Content = JsonContent.Create(new { type = "kv", options = new { version = "2" } }),
            };
            mount.Headers.Add("X-Vault-Token", vault.RootToken);
            using var mounted = await http.SendAsync(mount, Ct);
            Assert.Equal(204, (int)mounted.StatusCode);
        }
        await CompareAsync(vault, script, answers);
    }

    private async Task CompareAsync(VaultServer vault, string script, string answers)
    {
        var mine = folder.File("mine.json");
        var url = $"postgresql://{{{{username}}}}:{{{{password}}}}@127.0.0.1:{database!.Port}/postgres?sslmode=disable";
        var address = vault.Url.GetLeftPart(UriPartial.Authority);
        var recording = await OutsideProgram.RunAsync(
            folder.Path,
            "python3",
            [script, address, vault.RootToken, mine, "--pg", url],
            []
        );
        Assert.True(recording.Exit == 0, recording.Errors);
        var (exit, text, errors) = await OutsideProgram.RunAsync(
            folder.Path,
            "python3",
            [Path.Combine(Folder, "compare.py"), answers, mine],
            []
        );
        Assert.True(exit == 0, text + errors);
        Assert.Equal("113 alike, 0 different", text.Trim());
    }

    // The script logs in with the name and password that the recorded database had, on a server that lives for this test.
    private async Task PrepareAsync(string user)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder
            {
                Host = database!.Host,
                Port = database.Port,
                Username = database.User,
                Password = database.Password,
                Database = "postgres",
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(
            $"CREATE ROLE postgres SUPERUSER LOGIN PASSWORD 'postgres'; CREATE ROLE {user} LOGIN",
            connection
        );
        await command.ExecuteNonQueryAsync(Ct);
    }
}
