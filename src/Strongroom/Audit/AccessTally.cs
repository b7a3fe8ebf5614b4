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
    private const int MaxNames = 4096;
    private const int Sources = (int)AccessSource.Joined + 1;
    private const int Kinds = ((int)AccessOutcome.Unknown + 1) * Sources;

    /// <summary>By name; in each array, one for each outcome and source.</summary>
    private readonly ConcurrentDictionary<string, long[]> _counts = new(StringComparer.Ordinal);

    internal void Add(string name, AccessOutcome outcome, AccessSource source, long count)
    {
        if (!_counts.TryGetValue(name, out var counts))
            counts = _counts.GetOrAdd(_counts.Count < MaxNames ? name : "", static _ => new long[Kinds]);
        Interlocked.Add(ref counts[((int)outcome * Sources) + (int)source], count);
    }

    internal IEnumerable<AccessCount> Counts
    {
        get
        {
            foreach (var (name, counts) in _counts)
            {
                for (var kind = 0; kind < Kinds; kind++)
                {
                    if (Interlocked.Read(ref counts[kind]) is var count and not 0)
                        yield return new AccessCount(
                            name,
                            (AccessOutcome)(kind / Sources),
                            (AccessSource)(kind % Sources),
                            count
                        );
                }
            }
        }
    }
}
