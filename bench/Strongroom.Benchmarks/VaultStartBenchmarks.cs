using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Vault;

namespace Strongroom.Benchmarks;

/// <summary>
/// A whole host with <c>AddStrongroom().AddVault()</c>, from nothing to five secrets in memory, with a latency of 50 ms for each
/// answer of Vault. Target: one round trip and 50 ms with a token (100 ms), two round trips and 50 ms with AppRole (150 ms),
/// since the five are read concurrently. The output states the number of round trips. Run with <c>--strategy Monitoring
/// --warmupCount 1 --iterationCount 10</c>.
/// </summary>
[MemoryDiagnoser]
public class VaultStartBenchmarks
{
    private const string Declaration = """
        { "service": "bench", "secrets": [ { "name": "a/one" }, { "name": "a/two" }, { "name": "b/three" }, { "name": "b/four" },
          { "name": "c/five" } ] }
        """;

    private readonly StubServer _vault = StubServer.Vault(TimeSpan.FromMilliseconds(50));
    private readonly List<IHost> _started = [];
    private string _folder = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;
        File.WriteAllText(Path.Combine(_folder, "secrets.json"), Declaration);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        Console.WriteLine(
            $"// {_vault.Requests / (double)_started.Count:0.##} requests in {_vault.Trips / (double)_started.Count:0.##} "
                + $"trips a start ({_started.Count} starts)"
        );
        // Not within the measurement: a stop gives the token back.
        foreach (var host in _started)
        {
            host.StopAsync().GetAwaiter().GetResult();
            ((IAsyncDisposable)host).DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        _vault.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true)]
    public Task<string> Token() => StartAsync(("VAULT_TOKEN", "hvs.bench"));

    [Benchmark]
    public Task<string> AppRole() =>
        StartAsync(("VAULT_AUTH_METHOD", "approle"), ("VAULT_ROLE_ID", "bench"), ("VAULT_SECRET_ID", "of no use anywhere"));

    private async Task<string> StartAsync(params (string Name, string Value)[] login)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DEPLOYMENT_ENV"] = "test",
                ["SECRET_BACKEND"] = "vault",
                ["SECRET_DECLARATION"] = Path.Combine(_folder, "secrets.json"),
                ["STRONGROOM_JOURNAL_DIR"] = Path.Combine(_folder, "journal"),
                ["VAULT_ADDR"] = _vault.Url.ToString(),
            }
        );
        builder.Configuration.AddInMemoryCollection(login.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value)));
        builder.Services.AddStrongroom(builder.Configuration).AddVault();
        var host = builder.Build();
        _started.Add(host);
        await host.StartAsync();
        return (await host.Services.GetRequiredService<ISecretManager>().GetAsync(SecretName.Parse("c/five"))).Version.Id;
    }
}
