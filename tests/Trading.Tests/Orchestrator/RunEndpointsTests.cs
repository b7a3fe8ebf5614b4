using Microsoft.AspNetCore.Http.HttpResults;
using Orchestrator.Runs;
using Strongroom.Breaker;
using Trading.Contracts;
using Trading.Tests.Support;

namespace Trading.Tests.Orchestrator;

public sealed class RunEndpointsTests : IAsyncLifetime
{
    private readonly SettableBreaker _breaker = new();
    private TestDatabase _database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _database = await TestDatabase.CreateAsync(TimeProvider.System, typeof(RunStore).Assembly);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task StartAsync_while_trading_is_halted_begins_no_run()
    {
        _breaker.Permission = CredentialPermission.Halted;
        var request = new RunRequest(Guid.NewGuid(), ["AAPL"], 2, 10, null);

        Assert.Equal(503, Assert.IsType<ProblemHttpResult>(await StartAsync(request)).StatusCode);
        Assert.Null(await Runs.FindAsync(request.RunId!.Value, Ct));

        _breaker.Permission = CredentialPermission.All;
        Assert.IsType<Accepted<RunAccepted>>(await StartAsync(request));
    }

    [Fact]
    public async Task StartAsync_while_trading_is_halted_knows_a_run_that_has_begun()
    {
        var request = new RunRequest(Guid.NewGuid(), ["AAPL"], 2, 10, null);
        await StartAsync(request);
        _breaker.Permission = CredentialPermission.Halted;

        Assert.IsType<Accepted<RunAccepted>>(await StartAsync(request));
    }

    [Fact]
    public async Task StartAsync_while_only_reducing_is_allowed_begins_a_run()
    {
        _breaker.Permission = CredentialPermission.Restricted;

        Assert.IsType<Accepted<RunAccepted>>(await StartAsync(new RunRequest(Guid.NewGuid(), ["AAPL"], 2, 10, null)));
    }

    private RunStore Runs => new(_database.Database, TimeProvider.System);

    private async Task<object> StartAsync(RunRequest request) =>
        (await RunEndpoints.StartAsync(request, Runs, _breaker, TimeProvider.System, Ct)).Result;
}
