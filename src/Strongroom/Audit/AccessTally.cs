using System.Collections.Concurrent;

namespace Strongroom.Audit;

/// <summary>The number of accesses of one kind since the process started.</summary>
internal readonly record struct AccessCount(string Name, AccessOutcome Outcome, AccessSource Source, long Count);

/// <summary>
/// Counts rows by name, outcome and source, for metrics. Bounded: callers choose undeclared names, so names beyond the bound are
/// counted as one.
/// </summary>
internal sealed class AccessTally
{
    private const int MaxEntries = 4096;

    private readonly ConcurrentDictionary<(string Name, AccessOutcome Outcome, AccessSource Source), long> _counts = new();

    internal void Add(string name, AccessOutcome outcome, AccessSource source, long count)
    {
        var key = (_counts.Count < MaxEntries ? name : "", outcome, source);
        _counts.AddOrUpdate(key, static (_, more) => more, static (_, old, more) => old + more, count);
    }

    internal IEnumerable<AccessCount> Counts =>
        _counts.Select(entry => new AccessCount(entry.Key.Name, entry.Key.Outcome, entry.Key.Source, entry.Value));
}
