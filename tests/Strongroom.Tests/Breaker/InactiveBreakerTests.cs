using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>A service that declares no bundle <c>halt</c>, with a store of trips and without one.</summary>
public sealed class InactiveBreakerTests : IDisposable
{
    private const string NoHalt = """{ "service": "test_service", "secrets": [ { "name": "database/password" } ] }""";

    private readonly HostFixture _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rejected_or_suspected_credential_without_halt_trips_nothing(bool withStore)
    {
        var trips = new InMemoryTripStore();
        using var fixture = new Fixture(declaration: NoHalt, trips: withStore ? trips : null);
        await fixture.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var used = await fixture.Manager.GetAsync([Fixture.Password]);
            Assert.Equal(
                RejectionOutcome.Suspect,
                i == 1 ? await fixture.Reports.ReportSuspectedAsync(used) : await fixture.Reports.ReportRejectedAsync(used)
            );
            await fixture.PassAsync(TimeSpan.FromSeconds(31));
        }

        Assert.Equal(BundleCondition.Suspect, fixture.State("database/password").Condition);
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        Assert.Empty(fixture.Breaker.Uncleared);
        Assert.Empty(trips.Trips);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lost_credential_without_halt_trips_nothing(bool withStore)
    {
        var trips = new InMemoryTripStore();
        using var fixture = new Fixture(declaration: NoHalt, trips: withStore ? trips : null);
        await fixture.StartAsync();
        fixture.Backend.Fail("database/password", SecretErrorCode.Unreachable);
        await fixture.PassAsync(TimeSpan.FromMinutes(61));

        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await fixture.Manager.GetAsync(Fixture.Password));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        Assert.Empty(trips.Trips);
    }

    [Fact]
    public async Task Service_without_halt_obeys_the_trips_of_a_store()
    {
        var trips = new InMemoryTripStore();
        using (var other = new Fixture(trips: trips))
        {
            await other.StartAsync();
            await other.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None);
        }
        using var fixture = new Fixture(declaration: NoHalt, trips: trips);
        Assert.Equal((true, CredentialPermission.Halted), (fixture.Breaker.IsActive, fixture.Breaker.Permission)); // not read yet
        await fixture.StartAsync();
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(fixture.Breaker.RequireAll);

        Assert.True(
            await fixture.Breaker.ClearAsync(
                Assert.Single(fixture.Breaker.Uncleared).Id,
                "tester",
                "A test.",
                CancellationToken.None
            )
        );
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Service_with_neither_halt_nor_store_permits_everything_from_the_first_moment_and_keeps_no_trip()
    {
        using var fixture = new Fixture(declaration: NoHalt);
        Assert.Equal((false, CredentialPermission.All), (fixture.Breaker.IsActive, fixture.Breaker.Permission));
        fixture.Breaker.RequireAll();
        await fixture.StartAsync();

        Assert.False(await fixture.Breaker.ClearAsync(Guid.NewGuid(), "tester", "A test.", CancellationToken.None));
        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await fixture.Breaker.TripAsync(TripCause.Manual, "database/password", "1", "A test.", CancellationToken.None)
        );
        Assert.Contains("\"onLoss\": \"halt\"", fault.Message, StringComparison.Ordinal);
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Host_with_neither_halt_nor_store_says_nothing_of_a_breaker_and_makes_no_file_for_it()
    {
        _host.WriteDeclaration(NoHalt);
        var host = await _host.StartAsync();
        Assert.False(host.Services.GetRequiredService<ICredentialBreaker>().IsActive);
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);

        Assert.DoesNotContain(_host.Log.Entries, entry => entry.Level >= LogLevel.Warning);
        foreach (var word in (string[])["breaker", "permission", "trip"])
            Assert.DoesNotContain(_host.Log.Entries, entry => entry.Text.Contains(word, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(Directory.GetFiles(_host.Folder, "*" + LocalTripFile.Suffix, SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Host_without_halt_reads_the_trips_of_a_registered_store()
    {
        var trips = new InMemoryTripStore();
        _host.WriteDeclaration(NoHalt);
        _host.Configure = (builder, _) => builder.Services.AddSingleton<ITripStore>(trips);
        var host = await _host.StartAsync();
        var breaker = host.Services.GetRequiredService<ICredentialBreaker>();
        Assert.Equal((true, CredentialPermission.All), (breaker.IsActive, breaker.Permission));

        await trips.RecordAsync(
            new TripRecord(
                Guid.NewGuid(),
                new TripScope("local", ""),
                "other",
                "other-1",
                "alpaca",
                "1",
                TripCause.Manual,
                "A test.",
                DateTimeOffset.UnixEpoch
            ),
            CancellationToken.None
        );
        await breaker.RefreshAsync(CancellationToken.None);
        Assert.Equal(CredentialPermission.Halted, breaker.Permission);
        await HostFixture.DisposeAsync(host);
    }

    [Fact]
    public async Task Host_with_halt_and_without_store_has_a_breaker()
    {
        var host = await _host.StartAsync();
        Assert.True(host.Services.GetRequiredService<ICredentialBreaker>().IsActive);
        Assert.Contains(_host.Log.Entries, entry => entry.Id.Id == 1023);
        await HostFixture.DisposeAsync(host);
    }
}
