namespace Strongroom.Audit;

/// <summary>Where the journal's records end up: SQLite or PostgreSQL. Rows are inserted and never changed.</summary>
public interface IAuditStore
{
    /// <summary>Checks that the store can be written to and knows this schema.</summary>
    /// <exception cref="SecretConfigurationException">The schema is another one
    /// (<see cref="SecretErrorCode.SchemaMismatch"/>).</exception>
    ValueTask PrepareAsync(CancellationToken ct);

    /// <summary>Stores who writes, once for each boot; again is harmless.</summary>
    ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct);

    /// <summary>
    /// Stores rows, all or none. Rows that are there already (same instance, boot and sequence) are passed over, so that a
    /// drainer that died between shipping and remembering may ship again.
    /// </summary>
    ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct);

    /// <summary>
    /// Stores rows together with who wrote them, all or none: a store that was restored or made anew may know neither. By default
    /// <see cref="RegisterAsync"/> and then the rows.
    /// </summary>
    /// <exception cref="SecretWriteException">It refuses one of these rows, and would at each further try.</exception>
    async ValueTask AppendAsync(InstanceRow instance, IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        await RegisterAsync(instance, ct).ConfigureAwait(false);
        await AppendAsync(rows, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Says which of a boot's rows the store does not have, though it had them once: it may have been restored from a backup. By
    /// default none, for a store that gives nothing back.
    /// </summary>
    ValueTask<IReadOnlyList<SequenceRange>> FindMissingAsync(
        string instance,
        Guid boot,
        SequenceRange asked,
        CancellationToken ct
    ) => new([]);

    /// <summary>Gives rows back, oldest first.</summary>
    IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, CancellationToken ct);
}

/// <summary>Rows of one boot, by their sequence; both ends are in it.</summary>
/// <param name="First">The first one.</param>
/// <param name="Last">The last one.</param>
public readonly record struct SequenceRange(long First, long Last);

/// <summary>Which rows are wanted; what is null is not asked for.</summary>
public sealed record AccessFilter
{
    /// <summary>Rows whose <see cref="AccessRow.LastAt"/> is at or after this.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Rows of this service.</summary>
    public string? Service { get; init; }

    /// <summary>Rows of whom a part of the name is this, letter by letter.</summary>
    public string? Actor { get; init; }

    /// <summary>Rows about this name, letter by letter.</summary>
    public string? Name { get; init; }

    /// <summary>Rows that ended so.</summary>
    public AccessOutcome? Outcome { get; init; }

    /// <summary>Rows of this instance's boot.</summary>
    public Guid? Boot { get; init; }

    /// <summary>At most so many, the newest ones, still oldest first.</summary>
    public int? Limit { get; init; }
}

/// <summary>One life of one instance.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="Boot">This life.</param>
/// <param name="Service">The service's id.</param>
/// <param name="Environment">The deployment environment.</param>
/// <param name="Backend">The backend.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process.</param>
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
