using System.Diagnostics.Metrics;
using Strongroom.Audit;
using Strongroom.Journaling;

namespace PaperRun.Report;

/// <summary>
/// The run's own reads reach the database a moment after they were made, and a summary without them would be wrong. Those that
/// are made for the summary itself, such as of the database's password, come after it.
/// </summary>
internal static class OwnAccesses
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <param name="audit">The store that they reach.</param>
    /// <param name="since">When this run began: the database may hold others.</param>
    /// <param name="ct">Gives up.</param>
    internal static async Task WaitUntilStoredAsync(IAuditStore audit, DateTimeOffset since, CancellationToken ct)
    {
        var made = Count();
        var began = TimeProvider.System.GetTimestamp();
        while (!await AreStoredAsync(made, audit, since, ct) && TimeProvider.System.GetElapsedTime(began) < s_limit)
            await Task.Delay(s_look, TimeProvider.System, ct);
    }

    /// <summary>What the process has counted, as its metrics show it.</summary>
    private static Dictionary<(string Name, string Outcome, string Source), long> Count()
    {
        var counts = new Dictionary<(string, string, string), long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument is { Meter.Name: "Strongroom", Name: "strongroom.secret.accesses" })
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) => counts[(Find(tags, "name"), Find(tags, "outcome"), Find(tags, "source"))] = count
        );
        listener.Start();
        listener.RecordObservableInstruments();
        return counts;
    }

    private static string Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == key)
                return tag.Value?.ToString() ?? "";
        }
        return "";
    }

    private static async Task<bool> AreStoredAsync(
        Dictionary<(string Name, string Outcome, string Source), long> made,
        IAuditStore audit,
        DateTimeOffset since,
        CancellationToken ct
    )
    {
        var stored = new Dictionary<(string, string, string), long>();
        await foreach (var row in audit.QueryAsync(new AccessFilter { Service = CallerSettings.Service, Since = since }, ct))
        {
            var key = (row.Name, Word(row.Outcome), Word(row.Source));
            stored[key] = stored.GetValueOrDefault(key) + row.AccessCount;
        }
        return made.All(one => stored.GetValueOrDefault(one.Key) >= one.Value);
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
