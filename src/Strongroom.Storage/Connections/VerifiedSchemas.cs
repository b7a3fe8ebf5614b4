using System.Collections.Concurrent;

namespace Strongroom.Storage;

/// <summary>
/// The schemas that this process has ensured, including those of a service's own tables. A database may lose them while the
/// process runs: it may be recreated, restored or replaced.
/// </summary>
internal sealed class VerifiedSchemas
{
    private readonly ConcurrentDictionary<string, Func<Database, CancellationToken, Task>> _ensurers = new(
        StringComparer.Ordinal
    );
    private volatile bool _isInvalidated;

    /// <param name="schema">Identifies the schema.</param>
    /// <param name="ensure">Ensures it again.</param>
    internal void Add(string schema, Func<Database, CancellationToken, Task> ensure) => _ensurers[schema] = ensure;

    /// <summary>Has the next use ensure all schemas again, since a table is missing or the database was replaced.</summary>
    internal void Invalidate() => _isInvalidated = true;

    internal bool IsInvalidated => _isInvalidated;

    internal async Task EnsureAsync(Database database, CancellationToken ct)
    {
        _isInvalidated = false;
        try
        {
            foreach (var ensure in _ensurers.Values)
                await ensure(database, ct);
        }
        catch
        {
            _isInvalidated = true;
            throw;
        }
    }
}
