namespace Strongroom.Breaker;

/// <summary>What may be sent to a broker now.</summary>
public enum CredentialPermission
{
    /// <summary>Every order.</summary>
    All,

    /// <summary>
    /// No order that opens risk: the outage budget runs low, or a credential is suspect, denied or deleted. Heals by itself.
    /// </summary>
    ReduceOnly,

    /// <summary>
    /// The breaker has tripped: no order that opens risk until an operator clears it and the credential is validated.
    /// </summary>
    Halted,
}

/// <summary>
/// The latch that protects the money: it stops orders that open risk, never reads of secrets, and never opens the way by itself.
/// </summary>
/// <remarks>
/// A trip is a durable record in the database and, until its clearance was read, in a local file; each is tried again until it is
/// done, and neither waits for the other. A process that finds an uncleared trip in either starts halted. That a known trip is
/// missing in the database opens nothing: it is recorded there again. The way back is <see cref="ClearAsync"/> by a named
/// operator, and then this process's own validation of the credential. Cancelling, reading and reducing a position are allowed in
/// every state.
/// </remarks>
public interface ICredentialBreaker
{
    /// <summary>What may be sent now. Reads a field and the clocks: no lock, no I/O.</summary>
    CredentialPermission Permission { get; }

    /// <summary>Passes where an order that opens risk may be sent. Call it right before each attempt's bytes leave.</summary>
    /// <exception cref="SecretRefusedException">It may not (<see cref="SecretErrorCode.TradingHalted"/>); the message says
    /// why.</exception>
    void RequireAll();

    /// <summary>The trips of this environment and namespace that nobody has cleared, oldest first.</summary>
    IReadOnlyList<TripRecord> Uncleared { get; }

    /// <summary>
    /// Halts at once, and then stores why, in the database and in the local file. Waits up to 5 seconds for that; what is not
    /// stored by then is tried again until it is.
    /// </summary>
    ValueTask<TripRecord> TripAsync(TripCause cause, string bundle, string version, string detail, CancellationToken ct);

    /// <summary>
    /// Stores that an operator cleared a trip; false where there is no such uncleared trip. One of database and local file is
    /// enough: the other is told once it can be.
    /// </summary>
    /// <exception cref="ArgumentException">The operator or the reason is empty.</exception>
    /// <exception cref="SecretUnavailableException">It is not known whether there is such a trip, or neither way could store the
    /// clearance.</exception>
    ValueTask<bool> ClearAsync(Guid id, string @operator, string reason, CancellationToken ct);

    /// <summary>
    /// Reads the stored trips anew, waiting up to 5 seconds for each way; a trip recorded by another process halts this one too.
    /// </summary>
    ValueTask RefreshAsync(CancellationToken ct);
}
