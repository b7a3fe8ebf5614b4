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

    /// <summary>Rows that are refused at each try.</summary>
    public Func<AccessRow, bool> Refuses { get; set; } = _ => false;

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
        if (!Instances.Contains(instance))
            Instances.Add(instance);
        return Failure is null ? default : ValueTask.FromException(Failure);
    }

    public ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        if (Failure is not null && !FailsAfterTaking)
            return ValueTask.FromException(Failure);
        if (rows.Any(Refuses))
            return ValueTask.FromException(new SecretWriteException(SecretErrorCode.WriteFailed, "refused"));
        lock (_rows)
        {
            Appends++;
            foreach (var row in rows)
                _rows.TryAdd((row.Instance, row.Boot, row.Sequence), row);
        }
        return Failure is null ? default : ValueTask.FromException(Failure);
    }

    /// <summary>Goes back to what it held before some rows came, as a restored database does.</summary>
    public void Lose(Func<AccessRow, bool> lost)
    {
        lock (_rows)
        {
            foreach (var key in _rows.Where(row => lost(row.Value)).Select(row => row.Key).ToList())
                _rows.Remove(key);
        }
    }

    public ValueTask<IReadOnlyList<SequenceRange>> FindMissingAsync(
        string instance,
        Guid boot,
        SequenceRange asked,
        CancellationToken ct
    )
    {
        if (Failure is not null)
            return ValueTask.FromException<IReadOnlyList<SequenceRange>>(Failure);
        var missing = new List<SequenceRange>();
        lock (_rows)
        {
            for (var sequence = asked.First; sequence <= asked.Last; sequence++)
            {
                if (_rows.ContainsKey((instance, boot, sequence)))
                    continue;
                if (missing is [.., var last] && last.Last == sequence - 1)
                    missing[^1] = last with { Last = sequence };
                else
                    missing.Add(new SequenceRange(sequence, sequence));
            }
        }
        return new(missing);
    }

    public async IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var row in Rows)
            yield return row;
    }
}
