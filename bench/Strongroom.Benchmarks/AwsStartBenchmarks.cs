using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Aws;

namespace Strongroom.Benchmarks;

/// <summary>
/// A whole host with <c>AddStrongroom().AddAws()</c>, from nothing to twenty secrets in memory, with a latency of 50 ms for each
/// answer of AWS. Target: one request. Run with <c>--strategy Monitoring --warmupCount 1 --iterationCount 10</c>.
/// </summary>
[MemoryDiagnoser]
public class AwsStartBenchmarks
{
    private static readonly string[] s_names = [.. Enumerable.Range(1, 20).Select(number => $"bench/secret_{number}")];

    private readonly StubServer _server = StubServer.SecretsManager(s_names, TimeSpan.FromMilliseconds(50));
    private readonly string _key = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
    private readonly List<IHost> _started = [];
    private string _folder = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;
        var secrets = string.Join(',', s_names.Select(name => $$"""{ "name": "{{name}}" }"""));
        File.WriteAllText(Path.Combine(_folder, "secrets.json"), $$"""{ "service": "bench", "secrets": [ {{secrets}} ] }""");
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        Console.WriteLine($"// {_server.Requests / (double)_started.Count:0.##} requests a start ({_started.Count} starts)");
        foreach (var host in _started)
        {
            host.StopAsync().GetAwaiter().GetResult();
            ((IAsyncDisposable)host).DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public async Task<string> Twenty_secrets()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DEPLOYMENT_ENV"] = "test",
                ["SECRET_BACKEND"] = "aws",
                ["SECRET_DECLARATION"] = Path.Combine(_folder, "secrets.json"),
                ["STRONGROOM_JOURNAL_DIR"] = Path.Combine(_folder, "journal"),
                ["AWS_REGION"] = "eu-west-1",
                ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = _server.Url.GetLeftPart(UriPartial.Authority),
                ["AWS_ACCESS_KEY_ID"] = "AKIABENCH",
                ["AWS_SECRET_ACCESS_KEY"] = _key,
            }
        );
        builder.Services.AddStrongroom(builder.Configuration).AddAws();
        var host = builder.Build();
        _started.Add(host);
        await host.StartAsync();
        return (await host.Services.GetRequiredService<ISecretManager>().GetAsync(SecretName.Parse(s_names[^1]))).Version.Id;
    }
}
