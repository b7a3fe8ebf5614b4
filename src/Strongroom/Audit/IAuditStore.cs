namespace Strongroom.Audit;

/// <summary>The permanent store of the audit: SQLite or PostgreSQL. Rows are inserted and never changed.</summary>
public interface IAuditStore
{
    /// <summary>Checks that the store accepts writes and that its schema matches.</summary>
    /// <exception cref="SecretConfigurationException">The schema does not match (<see
    /// cref="SecretErrorCode.SchemaMismatch"/>).</exception>
    ValueTask PrepareAsync(CancellationToken ct);

    /// <summary>Stores an instance, once per boot. Repeating it is harmless.</summary>
    ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct);

    /// <summary>
    /// Stores rows atomically. Existing rows (same instance, boot and sequence) are skipped, so that a drainer that died before
    /// it noted the shipment can ship again.
    /// </summary>
    ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct);

    /// <summary>
    /// Stores rows together with their instance, atomically, since a restored or recreated store may know neither. The default
    /// implementation calls <see cref="RegisterAsync"/> and then stores the rows.
    /// </summary>
    /// <exception cref="SecretWriteException">The store rejects one of the rows, and would reject it at every
    /// attempt.</exception>
    async ValueTask AppendAsync(InstanceRow instance, IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        await RegisterAsync(instance, ct).ConfigureAwait(false);
        await AppendAsync(rows, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Finds rows of a boot that the store no longer has, for example since it was restored from a backup. The default
    /// implementation returns none, for a store that cannot be queried.
    /// </summary>
    ValueTask<IReadOnlyList<SequenceRange>> FindMissingAsync(
        string instance,
        Guid boot,
        SequenceRange range,
        CancellationToken ct
    ) => new([]);

    /// <summary>Returns matching rows, oldest first.</summary>
    IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, CancellationToken ct);
}

/// <summary>A range of rows of one boot, by sequence, both ends included.</summary>
/// <param name="First">The first one.</param>
/// <param name="Last">The last one.</param>
public readonly record struct SequenceRange(long First, long Last);

/// <summary>Selects rows. A null property does not restrict.</summary>
public sealed record AccessFilter
{
    /// <summary>Rows whose <see cref="AccessRow.LastAt"/> is at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Rows of this service.</summary>
    public string? Service { get; init; }

    /// <summary>Rows whose actor contains this text, case-sensitive.</summary>
    public string? Actor { get; init; }

    /// <summary>Rows about exactly this name, case-sensitive.</summary>
    public string? Name { get; init; }

    /// <summary>Rows with this outcome.</summary>
    public AccessOutcome? Outcome { get; init; }

    /// <summary>Rows of this boot.</summary>
    public Guid? Boot { get; init; }

    /// <summary>The maximum number of rows. The newest are returned, still oldest first.</summary>
    public int? Limit { get; init; }
}

/// <summary>One run of an instance.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="Boot">The run.</param>
/// <param name="Service">The service's id.</param>
/// <param name="Environment">The deployment environment.</param>
/// <param name="Backend">The backend.</param>
/// <param name="Host">The machine name.</param>
/// <param name="ProcessId">The process id.</param>
/// <param name="Actor">Who ran it.</param>
/// <param name="StartedAt">When the journal was opened.</param>
public sealed record InstanceRow(
    string Instance,
    Guid Boot,
    string Service,
    string Environment,
    string Backend,
    string Host,
    int ProcessId,
    string Actor,
    DateTimeOffset StartedAt
);
