using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Vault;

namespace Strongroom.Benchmarks;

/// <summary>
/// From nothing to five secrets in memory, with 50 ms for each of Vault's answers. Target: a token takes one trip and 50 ms, AppRole two
/// trips and 50 ms: the five are read at once. Run with <c>--strategy Monitoring --warmupCount 1 --iterationCount 10</c>.
/// </summary>
[MemoryDiagnoser]
public class VaultStartBenchmarks
{
    private readonly StubServer _vault = StubServer.Vault(TimeSpan.FromMilliseconds(50));
    private readonly SecretDeclaration _declaration = SecretDeclaration.Parse("""
        { "service": "bench", "secrets": [ { "name": "a/one" }, { "name": "a/two" }, { "name": "b/three" }, { "name": "b/four" }, { "name": "c/five" } ] }
        """);

    private readonly List<StrongroomRuntime> _started = [];
    private string _folder = null!;

    [GlobalSetup]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;

    [GlobalCleanup]
    public void CleanUp()
    {
        // Not within the measurement: a stop gives the token back.
        _started.ForEach(runtime => runtime.DisposeAsync().AsTask().GetAwaiter().GetResult());
        _vault.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true)]
    public Task<int> Token() => StartAsync(new VaultOptions { Addresses = [_vault.Url], Token = SecretValue.FromText("hvs.bench"), Home = _folder });

    [Benchmark]
    public Task<int> AppRole() => StartAsync(new VaultOptions
    {
        Addresses = [_vault.Url], AuthMethod = VaultAuthMethod.AppRole, RoleId = "bench", SecretId = SecretValue.FromText("of no use anywhere"), Home = _folder,
    });

    private async Task<int> StartAsync(VaultOptions options)
    {
        var runtime = new SecretManagerBuilder
        {
            Declaration = _declaration,
            Backend = new VaultBackend(options, "", _folder, TimeProvider.System, NullLogger.Instance),
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(_folder, "journal") },
            Environment = DeploymentEnvironment.Test,
            JournalRoom = new JournalRoom(Counters: 32, Records: 64),
        }.Build();
        _started.Add(runtime);
        return (await runtime.FetchRequiredAsync(CancellationToken.None)).Count;
    }
}
