using System.Collections.Concurrent;

namespace Strongroom.Storage;

/// <summary>
/// The schemas that a process has made sure of, its own tables' among them. A database may forget them while the process lives:
/// it is made anew, restored, or replaced by another.
/// </summary>
internal sealed class VerifiedSchemas
{
    private readonly ConcurrentDictionary<string, Func<Database, CancellationToken, Task>> _kept = new(StringComparer.Ordinal);
    private volatile bool _doubtful;

    /// <param name="schema">What tells it from the others.</param>
    /// <param name="ensure">Makes sure of it again.</param>
    internal void Keep(string schema, Func<Database, CancellationToken, Task> ensure) => _kept[schema] = ensure;

    /// <summary>A table is missing, or the database is another one: the next use looks at all of them.</summary>
    internal void Doubt() => _doubtful = true;

    internal async ValueTask MendAsync(Database database, CancellationToken ct)
    {
        if (!_doubtful)
            return;
        _doubtful = false;
        try
        {
            foreach (var ensure in _kept.Values)
                await ensure(database, ct);
        }
        catch
        {
            _doubtful = true;
            throw;
        }
    }
}
