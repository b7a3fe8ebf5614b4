using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Audit;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Hosting;

/// <summary>
/// A start that fails ships its rows all the same, with a store that is alive, and says nothing that is not so.
/// </summary>
public sealed class FailedStartTests : IDisposable
{
    private readonly HostFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Start_that_lacks_a_secret_ships_its_rows_without_a_false_alarm()
    {
        _fixture.WriteDotenv("ALPACA_API_KEY_ID=\n");
        UseStoreThatEnds();
        await Assert.ThrowsAnyAsync<SecretException>(_fixture.StartAsync);
        AssertShipped();
    }

    [Fact]
    public async Task Start_that_another_service_fails_ships_its_rows_without_a_false_alarm()
    {
        UseStoreThatEnds();
        var store = _fixture.Configure;
        _fixture.Configure = (builder, strongroom) =>
        {
            store(builder, strongroom);
            builder.Services.AddHostedService<FailingService>();
        };
        await Assert.ThrowsAsync<InvalidOperationException>(_fixture.StartAsync);
        AssertShipped();
    }

    private void AssertShipped()
    {
        Assert.Contains(_fixture.Store.Rows, row => row is { Operation: AccessOperation.Close, Outcome: AccessOutcome.Success });
        Assert.Empty(Directory.GetFiles(Path.Combine(_fixture.Folder, "journal"), "*.journal"));
        Assert.DoesNotContain(_fixture.Log.Entries, entry => entry.Id.Id is 1300 or 1302 or 1313);
    }

    private void UseStoreThatEnds() =>
        _fixture.Configure = (builder, _) =>
        {
            for (var i = builder.Services.Count - 1; i >= 0; i--)
            {
                if (builder.Services[i].ServiceType == typeof(IAuditStore))
                    builder.Services.RemoveAt(i);
            }
            builder.Services.AddSingleton<IAuditStore>(_ => new EndingStore(_fixture.Store));
        };

    /// <summary>Ends with the container, as a database does.</summary>
    private sealed class EndingStore(IAuditStore inner) : IAuditStore, IDisposable
    {
        private bool _ended;

        public void Dispose() => _ended = true;

        public ValueTask PrepareAsync(CancellationToken ct) => Living().PrepareAsync(ct);

        public ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct) => Living().RegisterAsync(instance, ct);

        public ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct) => Living().AppendAsync(rows, ct);

        public IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, CancellationToken ct) =>
            Living().QueryAsync(filter, ct);

        private IAuditStore Living() => _ended ? throw new ObjectDisposedException(nameof(EndingStore)) : inner;
    }

    private sealed class FailingService : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("this service cannot start");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
