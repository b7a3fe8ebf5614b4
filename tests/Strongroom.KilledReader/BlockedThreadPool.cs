using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Strongroom.Backends;
using Strongroom.Breaker;

namespace Strongroom.KilledReader;

/// <summary>
/// A service whose thread pool is blocked for good while it holds a value: it reports when the value was gone, and the
/// permission then.
/// </summary>
public static class BlockedThreadPool
{
    /// <summary>The first argument of the program, before the journal's folder.</summary>
    public const string Argument = "starve";

    private const int BlockedItems = 3000;

    public static readonly TimeSpan Ttl = TimeSpan.FromSeconds(6);

    /// <summary>How long it waits for the value to go: many times what the value may live.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    internal static int Run(string folder)
    {
        var runtime = new SecretManagerBuilder
        {
            Declaration = SecretDeclaration.Parse(
                """{ "service": "starving", "secrets": [ { "name": "lone/secret", "onLoss": "halt" } ] }"""
            ),
            Backend = new OneValue(),
            Options = new StrongroomOptions
            {
                JournalDirectory = folder,
                Instance = "one",
                CacheTtl = Ttl,
                CacheRefresh = TimeSpan.FromSeconds(1),
            },
            Environment = DeploymentEnvironment.Test,
        }.Build();
        using var never = new ManualResetEventSlim();
        // More threads would only put off what is asked here: a pool that does nothing any more.
        ThreadPool.SetMaxThreads(Environment.ProcessorCount, Environment.ProcessorCount);
        runtime.Start();
        var began = Stopwatch.StartNew();
        while (runtime.Breaker.Permission != CredentialPermission.All && began.Elapsed < Longest)
        {
            runtime.Manager.GetAsync(SecretName.Parse("lone/secret")).AsTask().Wait();
            runtime.Breaker.RefreshAsync(CancellationToken.None).AsTask().Wait();
        }
        var allowed = runtime.Breaker.Permission;
        for (var i = 0; i < BlockedItems; i++)
            ThreadPool.UnsafeQueueUserWorkItem(_ => never.Wait(), null);

        began.Restart();
        while (runtime.Manager.State.Bundles[0].Version is not null && began.Elapsed < Longest)
            never.Wait(TimeSpan.FromMilliseconds(100));
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{allowed} {began.Elapsed.TotalSeconds} {runtime.Breaker.Permission}")
        );
        Console.Out.Flush();
        Environment.Exit(0);
        return 0;
    }

    private sealed class OneValue : ISecretBackend
    {
        public string Name => "one";

        public BackendCapabilities Capabilities { get; } = new();

        public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(
            IReadOnlyList<SecretRequest> requests,
            CancellationToken ct
        ) => new([.. requests.Select(Answer)]);

        private static SecretReadResult Answer(SecretRequest request) =>
            SecretReadResult.Success(
                request,
                [SecretValue.FromText(Guid.NewGuid().ToString())],
                new SecretVersion("1"),
                null,
                null
            );

        public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<SecretName> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken ct)
        {
            await Task.CompletedTask;
            yield break;
        }

        public async IAsyncEnumerable<SecretVersionInfo> HistoryAsync(
            SecretLocation location,
            [EnumeratorCancellation] CancellationToken ct
        )
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
            throw new NotSupportedException();

        public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
            throw new NotSupportedException();
    }
}
