using System.Collections.Concurrent;

namespace Orchestrator.Runs;

/// <summary>
/// How often the current step of a run failed in a row. Kept in memory only, since a new process may not fail.
/// </summary>
internal sealed class RunProgress
{
    private readonly ConcurrentDictionary<Guid, int> _failures = new();

    public int FailuresOf(Guid runId) => _failures.GetValueOrDefault(runId);

    public int Failed(Guid runId) => _failures.AddOrUpdate(runId, 1, static (_, failures) => failures + 1);

    public void Succeeded(Guid runId) => _failures.TryRemove(runId, out _);
}
