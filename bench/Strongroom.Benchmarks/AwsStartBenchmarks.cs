using System.Security.Cryptography;
using Amazon.Runtime;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Aws;

namespace Strongroom.Benchmarks;

/// <summary>
/// From nothing to twenty secrets in memory, with 50 ms for each of AWS's answers. Target: one call, so one trip and 50 ms. Run with
/// <c>--strategy Monitoring --warmupCount 1 --iterationCount 10</c>.
/// </summary>
[MemoryDiagnoser]
public class AwsStartBenchmarks
{
    private static readonly string[] s_names = [.. Enumerable.Range(1, 20).Select(number => $"bench/secret_{number}")];

    private readonly StubServer _server = StubServer.SecretsManager(s_names, TimeSpan.FromMilliseconds(50));
    private readonly string _key = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
    private readonly List<StrongroomRuntime> _started = [];
    private readonly SecretDeclaration _declaration = SecretDeclaration.Parse(
        $$"""{ "service": "bench", "secrets": [ {{string.Join(',', s_names.Select(name => $$"""{ "name": "{{name}}" }"""))}} ] }""");

    private string _folder = null!;

    [GlobalSetup]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;

    [GlobalCleanup]
    public void CleanUp()
    {
        _started.ForEach(runtime => runtime.DisposeAsync().AsTask().GetAwaiter().GetResult());
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public async Task<int> Twenty_secrets()
    {
        var options = new AwsOptions { Region = "eu-west-1", Endpoint = _server.Url, Credentials = new BasicAWSCredentials("AKIABENCH", _key) };
        var runtime = new SecretManagerBuilder
        {
            Declaration = _declaration,
            Backend = new AwsBackend(options, "", TimeProvider.System, NullLogger.Instance),
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(_folder, "journal") },
            Environment = DeploymentEnvironment.Test,
            JournalRoom = new JournalRoom(Counters: 32, Records: 64),
        }.Build();
        _started.Add(runtime);
        var missing = await runtime.FetchRequiredAsync(CancellationToken.None);
        return missing.Count == 0 ? 20 : throw new InvalidOperationException("Not all of them came.");
    }
}
