using System.Collections.Concurrent;

namespace Strongroom.Audit;

/// <summary>How many accesses of one kind there were since the process began.</summary>
internal readonly record struct AccessCount(string Name, AccessOutcome Outcome, AccessSource Source, long Count);

/// <summary>
/// Counts rows by name, outcome and source for whoever collects metrics. Bounded: names that no declaration holds are given by
/// callers, so beyond the bound they count as one.
/// </summary>
internal sealed class AccessTally
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<(string Name, AccessOutcome Outcome, AccessSource Source), long> _counts = new();

    internal void Add(string name, AccessOutcome outcome, AccessSource source, long count)
    {
        var key = (_counts.Count < Most ? name : "", outcome, source);
        _counts.AddOrUpdate(key, static (_, more) => more, static (_, old, more) => old + more, count);
    }

    internal IEnumerable<AccessCount> Counts =>
        _counts.Select(entry => new AccessCount(entry.Key.Name, entry.Key.Outcome, entry.Key.Source, entry.Value));
}
