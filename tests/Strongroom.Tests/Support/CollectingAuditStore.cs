using System.Runtime.CompilerServices;
using Strongroom.Audit;

namespace Strongroom.Tests.Support;

/// <summary>Keeps rows in memory, passes over what it has, and fails when told to.</summary>
internal sealed class CollectingAuditStore : IAuditStore
{
    private readonly Dictionary<(string, Guid, long), AccessRow> _rows = [];

    public Exception? Failure { get; set; }

    /// <summary>Takes the rows and then fails, as a connection that breaks after the commit does.</summary>
    public bool FailsAfterTaking { get; set; }

    public int Appends { get; private set; }

    public List<InstanceRow> Instances { get; } = [];

    public IReadOnlyList<AccessRow> Rows
    {
        get
        {
            lock (_rows)
                return [.. _rows.Values.OrderBy(row => row.Boot).ThenBy(row => row.Sequence)];
        }
    }

    public ValueTask PrepareAsync(CancellationToken ct) => Failure is null ? default : ValueTask.FromException(Failure);

    public ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct)
    {
        Instances.Add(instance);
        return Failure is null ? default : ValueTask.FromException(Failure);
    }

    public ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        if (Failure is not null && !FailsAfterTaking)
            return ValueTask.FromException(Failure);
        lock (_rows)
        {
            Appends++;
            foreach (var row in rows)
                _rows.TryAdd((row.Instance, row.Boot, row.Sequence), row);
        }
        return Failure is null ? default : ValueTask.FromException(Failure);
    }

    public async IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var row in Rows)
            yield return row;
    }
}
