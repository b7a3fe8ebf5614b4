using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using ZiggyCreatures.Caching.Fusion;

namespace Strongroom.Benchmarks;

/// <summary>
/// A cached, audited, awaited read, beside what a service would use otherwise, none of which audits. The bare dictionary is
/// measured twice, so that the noise shows. Each is read a thousand times by one caller, so that an await is what it costs the
/// caller and not what it costs to begin and end a benchmark.
/// </summary>
[MemoryDiagnoser]
public class CachedReadBenchmarks
{
    private const string Key = "alpaca/api_key_id";
    private const int Reads = 1000;
    private static readonly SecretName s_name = SecretName.Parse(Key);

    private readonly ConcurrentDictionary<string, Secret> _dictionary = new(StringComparer.Ordinal);
    private readonly MemoryCache _memory = new(new MemoryCacheOptions());
    private readonly FusionCache _fusion = new(new FusionCacheOptions());
    private HybridCache _hybrid = null!;
    private ServiceProvider _services = null!;
    private StrongroomRuntime _runtime = null!;
    private ISecretManager _manager = null!;
    private string _folder = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;
        _runtime = new SecretManagerBuilder
        {
            Declaration = SecretDeclaration.Parse(
                $$"""{ "service": "bench", "secrets": [ { "name": "{{Key}}" }, { "name": "database/password" } ] }"""
            ),
            Backend = new OneValueBackend(),
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(_folder, "journal") },
            Environment = DeploymentEnvironment.Local,
        }.Build();
        _manager = _runtime.Manager;
        var secret = await _manager.GetAsync(s_name);
        await _manager.GetAsync(s_name);

        _dictionary[Key] = secret;
        for (var i = 0; i < 20; i++)
            _dictionary[$"other/{i}"] = secret;
        _memory.Set(Key, secret, TimeSpan.FromHours(1));
        await _fusion.SetAsync(Key, secret, TimeSpan.FromHours(1));
        _services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();
        _hybrid = _services.GetRequiredService<HybridCache>();
        await _hybrid.SetAsync(Key, "a string, which it need not serialize");
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _runtime.Dispose();
        _services.Dispose();
        _fusion.Dispose();
        _memory.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Reads)]
    public void Dictionary()
    {
        for (var i = 0; i < Reads; i++)
            GC.KeepAlive(_dictionary[Key]);
    }

    [Benchmark(OperationsPerInvoke = Reads)]
    public void Dictionary_again() => Dictionary();

    [Benchmark(OperationsPerInvoke = Reads)]
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Strongroom_awaited()
    {
        for (var i = 0; i < Reads; i++)
            GC.KeepAlive(await _manager.GetAsync(s_name));
    }

    [Benchmark(OperationsPerInvoke = Reads)]
    public void Memory_cache()
    {
        for (var i = 0; i < Reads; i++)
            GC.KeepAlive(_memory.Get<Secret>(Key));
    }

    [Benchmark(OperationsPerInvoke = Reads)]
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Hybrid_cache()
    {
        for (var i = 0; i < Reads; i++)
            GC.KeepAlive(await _hybrid.GetOrCreateAsync(Key, static _ => new ValueTask<string>("never")));
    }

    [Benchmark(OperationsPerInvoke = Reads)]
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Fusion_cache()
    {
        for (var i = 0; i < Reads; i++)
            GC.KeepAlive(await _fusion.GetOrDefaultAsync<Secret>(Key));
    }
}
