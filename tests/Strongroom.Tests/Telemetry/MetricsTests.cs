using System.Diagnostics.Metrics;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Telemetry;

[Collection("meters")] // a listener hears the meters of every fixture
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_are_observed_from_journal_and_bundles()
    {
        using var fixture = new Fixture(
            declaration: """{ "service": "metrics_test", "secrets": [ { "name": "metrics/only_here" } ] }""",
            trips: new InMemoryTripStore()
        );
        await fixture.StartAsync();
        var name = SecretName.Parse("metrics/only_here");
        for (var i = 0; i < 7; i++)
            await fixture.Manager.GetAsync(name);
        await Assert.ThrowsAsync<SecretRefusedException>(async () =>
            await fixture.Manager.GetAsync(SecretName.Parse("metrics/undeclared_here"))
        );
        fixture.Time.Advance(TimeSpan.FromSeconds(90));
        await fixture.Breaker.TripAsync(TripCause.Manual, "metrics/only_here", "1", "A test.", CancellationToken.None);

        var seen = Observe();
        Assert.Contains(seen, entry =>
            entry is ("strongroom.secret.accesses", 7, "name=metrics/only_here outcome=success source=cache")
        );
        Assert.Contains(seen, entry =>
            entry is ("strongroom.secret.accesses", 1, "name=metrics/only_here outcome=success source=backend")
        );
        Assert.Contains(seen, entry =>
            entry is ("strongroom.secret.accesses", >= 1, "name=undeclared outcome=refused source=none")
        );
        Assert.Contains(seen, entry => entry is ("strongroom.secret.age", 90, "name=metrics/only_here"));
        Assert.Contains(seen, entry => entry is ("strongroom.breaker.tripped", 1, ""));
        Assert.Contains(seen, entry => entry is ("strongroom.backend.up", 1, _));
        Assert.Contains(seen, entry => entry.Name == "strongroom.audit.pending");
        Assert.DoesNotContain(seen, entry => entry.Tags.Contains("undeclared_here", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Metrics_have_one_for_the_breaker_only_where_it_is_active(bool isActive)
    {
        // An instrument is published on the thread that makes it; other rooms make theirs on others.
        var (thread, published) = (Environment.CurrentManagedThreadId, new List<string>());
        using var listener = new MeterListener();
        listener.Start();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
                published.Add(instrument.Name);
        };
        using var fixture = new Fixture(
            declaration: """{ "service": "metrics_test", "secrets": [ { "name": "metrics/only_here" } ] }""",
            trips: isActive ? new InMemoryTripStore() : null
        );

        Assert.Contains("strongroom.secret.age", published);
        Assert.Equal(isActive, published.Contains("strongroom.breaker.tripped"));
    }

    private static List<(string Name, double Value, string Tags)> Observe()
    {
        var seen = new List<(string, double, string)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Strongroom")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => seen.Add((instrument.Name, value, Words(tags)))
        );
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, tags, _) => seen.Add((instrument.Name, value, Words(tags)))
        );
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => seen.Add((instrument.Name, value, Words(tags)))
        );
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    private static string Words(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
}
