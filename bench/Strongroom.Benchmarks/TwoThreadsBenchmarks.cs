using System.Collections.Concurrent;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace Strongroom.Benchmarks;

/// <summary>
/// The same read by two threads at once: what each of them pays for an operation while the other does the same.
/// </summary>
public class TwoThreadsBenchmarks
{
    private const int Operations = 1_000_000;
    private const string Key = "alpaca/api_key_id";
    private static readonly SecretName s_name = SecretName.Parse(Key);

    private readonly ConcurrentDictionary<string, Secret> _dictionary = new(StringComparer.Ordinal);
    private StrongroomRuntime _runtime = null!;
    private string _folder = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;
        _runtime = new SecretManagerBuilder
        {
            Declaration = SecretDeclaration.Parse($$"""{ "service": "bench", "secrets": [ { "name": "{{Key}}" } ] }"""),
            Backend = new OneValueBackend(),
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(_folder, "journal") },
            Environment = DeploymentEnvironment.Local,
        }.Build();
        _dictionary[Key] = await _runtime.Manager.GetAsync(s_name);
        await _runtime.Manager.GetAsync(s_name);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _runtime.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public void Dictionary() =>
        Twice(() =>
        {
            for (var i = 0; i < Operations; i++)
                GC.KeepAlive(_dictionary[Key]);
        });

    [Benchmark(OperationsPerInvoke = Operations)]
    public void Dictionary_again() => Dictionary();

    [Benchmark(OperationsPerInvoke = Operations)]
    public void Strongroom_completed() =>
        Twice(() =>
        {
            for (var i = 0; i < Operations; i++)
            {
                var read = _runtime.Manager.GetAsync(s_name);
                GC.KeepAlive(read.IsCompletedSuccessfully ? read.Result : throw new InvalidOperationException("not a hit"));
            }
        });

    private static void Twice(Action work)
    {
        var other = new Thread(() => work());
        other.Start();
        work();
        other.Join();
    }
}
