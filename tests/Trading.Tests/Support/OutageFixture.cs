using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Testing;
using Trading.ServiceDefaults;

namespace Trading.Tests.Support;

/// <summary>The real manager and the real breaker on a clock that the test moves, over a backend that it can take away.</summary>
internal sealed class OutageFixture : IDisposable
{
    private static readonly SecretName[] s_names =
    [
        SecretName.Parse("alpaca/api_key_id"),
        SecretName.Parse("alpaca/api_secret_key"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("trading-tests-").FullName;
    private readonly PairBackend _backend = new();
    private readonly SecretDeclaration _declaration = SecretDeclaration.Parse(
        """
        { "service": "execution_gateway", "secrets": [
          { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca", "onLoss": "halt" },
          { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca", "onLoss": "halt" } ] }
        """
    );

    private readonly StrongroomRuntime _runtime;

    public OutageFixture() =>
        _runtime = new SecretManagerBuilder
        {
            Declaration = _declaration,
            Backend = _backend,
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(_folder, "journal"), Operator = "tester" },
            Environment = DeploymentEnvironment.Test,
            Time = Time,
        }.Build();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 14, 30, 0, TimeSpan.Zero));

    public ISecretManager Secrets => _runtime.Manager;

    public ICredentialBreaker Breaker => _runtime.Breaker;

    public bool BackendIsAway
    {
        set => _backend.IsAway = value;
    }

    public bool BackendDenies
    {
        set => _backend.Denies = value;
    }

    public int BackendCalls => _backend.Calls;

    public TimeSpan BudgetLeft => Secrets.State.Bundles.Single().BudgetLeft;

    public async Task StartAsync(KeyPair pair)
    {
        _backend.Pair = pair;
        Assert.Empty(await _runtime.RefreshAsync(TestContext.Current.CancellationToken));
        await Breaker.RefreshAsync(TestContext.Current.CancellationToken);
        _runtime.Start();
    }

    /// <summary>
    /// A client as the platform composes it: the credential outside, the breaker's gate right before the bytes leave.
    /// </summary>
    public HttpClient CreateClient(PaperBroker broker) =>
        new(
            new BoundCredentialHandler(
                Secrets,
                _runtime.Reports,
                new CredentialBinding(_declaration, s_names, DeploymentEnvironment.Test),
                new BoundCredentialOptions
                {
                    Secrets = s_names,
                    Headers = HeadersOf,
                    IsRejection = (response, body) => RejectionForms.HasText(response, body, "message"),
                },
                NullLogger<BoundCredentialHandler>.Instance
            )
            {
                InnerHandler = new CredentialBreakerHandler(Breaker) { InnerHandler = new SocketsHttpHandler() },
            }
        )
        {
            BaseAddress = broker.Url,
        };

    /// <summary>Lets time pass until so much of the budget is left.</summary>
    public void PassUntilLeft(TimeSpan left)
    {
        while (BudgetLeft > left)
            Time.Advance(TimeSpan.FromSeconds(1));
    }

    public void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
            Time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Lets time pass until something is done that pauses on this clock.</summary>
    public async Task<T> PassUntilDoneAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }
        return await task;
    }

    public void Dispose()
    {
        _runtime.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(SecretSet secrets) =>
        [
            new("APCA-API-KEY-ID", secrets[s_names[0]].Value.Reveal()),
            new("APCA-API-SECRET-KEY", secrets[s_names[1]].Value.Reveal()),
        ];

    private sealed class PairBackend : ISecretBackend
    {
        private int _calls;

        public string Name => "pair";

        public BackendCapabilities Capabilities { get; } = new();

        public KeyPair? Pair { get; set; }

        public bool IsAway { get; set; }

        public bool Denies { get; set; }

        public int Calls => _calls;

        public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
        {
            Interlocked.Increment(ref _calls);
            return new([.. requests.Select(Answer)]);
        }

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

        private SecretReadResult Answer(SecretRequest request) =>
            Denies
                ? SecretReadResult.Failure(
                    request,
                    new SecretAccessDeniedException(
                        SecretErrorCode.Denied,
                        "The test denies it.",
                        request.Locations[0].Name,
                        Name
                    )
                )
            : IsAway || Pair is null
                ? SecretReadResult.Failure(
                    request,
                    new SecretUnavailableException(
                        SecretErrorCode.Unreachable,
                        "The test has taken the backend away.",
                        request.Locations[0].Name,
                        Name
                    )
                )
            : SecretReadResult.Success(
                request,
                [SecretValue.FromText(Pair.KeyId), SecretValue.FromText(Pair.Secret)],
                new SecretVersion("1")
            );
    }
}
