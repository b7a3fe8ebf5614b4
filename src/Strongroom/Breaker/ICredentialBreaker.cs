namespace Strongroom.Breaker;

/// <summary>What may be done with the credentials of the bundles that are declared <c>halt</c>.</summary>
public enum CredentialPermission
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>
    /// No new work: the outage budget runs low, or a credential is suspect, denied or deleted. It ends by itself. Work that is
    /// under way may be finished or undone.
    /// </summary>
    Restricted,

    /// <summary>
    /// As <see cref="Restricted"/>, but the breaker has tripped: it lasts until an operator clears the trip and the credential is
    /// validated.
    /// </summary>
    Halted,
}

/// <summary>
/// A latch that keeps a service from beginning new work with a credential that is lost, rejected or in doubt. It never stops a
/// read of a secret, and it never resets itself.
/// </summary>
/// <remarks>
/// <para>
/// A trip is a durable record in the database and, until its clearance was read, in a local file; each is tried again until it is
/// done, and neither waits for the other. A process that finds an uncleared trip in either starts halted. A known trip that is
/// missing in the database permits nothing: it is recorded there again. The way back is <see cref="ClearAsync"/> by a named
/// operator, and then this process's own validation of the credential.
/// </para>
/// <para>
/// Only the loss or rejection of a bundle that is declared <c>halt</c> trips it. A service without such a bundle obeys the trips
/// of others where an <see cref="ITripStore"/> is registered; without either, the breaker is not
/// <see cref="IsActive">active</see>.
/// </para>
/// </remarks>
public interface ICredentialBreaker
{
    /// <summary>
    /// False where the service declares no bundle <c>halt</c> and has no <see cref="ITripStore"/>: everything is permitted,
    /// nothing is stored, and health, metrics and log do not mention a breaker.
    /// </summary>
    bool IsActive => true;

    /// <summary>What is permitted now. Reads a field and the clocks: no lock, no I/O.</summary>
    CredentialPermission Permission { get; }

    /// <summary>
    /// Throws unless new work is permitted. Call it right before each attempt's bytes leave; work that only finishes or undoes
    /// what is under way does not need it.
    /// </summary>
    /// <exception cref="SecretRefusedException">New work is not permitted (<see cref="SecretErrorCode.BreakerRefused"/>); the
    /// message says why.</exception>
    void RequireAll();

    /// <summary>The uncleared trips of this environment and namespace, oldest first.</summary>
    IReadOnlyList<TripRecord> Uncleared { get; }

    /// <summary>
    /// Halts at once, and then stores why, in the database and in the local file. Waits up to 5 seconds for that; what is not
    /// stored by then is tried again until it is.
    /// </summary>
    /// <exception cref="SecretConfigurationException">
    /// The breaker is not <see cref="IsActive">active</see>: there is no store for the trip.
    /// </exception>
    ValueTask<TripRecord> TripAsync(TripCause cause, string bundle, string version, string detail, CancellationToken ct);

    /// <summary>
    /// Stores that an operator cleared a trip; false where there is no such uncleared trip. One of database and local file is
    /// enough; the other is updated once it can be reached.
    /// </summary>
    /// <exception cref="ArgumentException">The operator or the reason is empty.</exception>
    /// <exception cref="SecretUnavailableException">It is not known whether there is such a trip, or neither way could store the
    /// clearance.</exception>
    ValueTask<bool> ClearAsync(Guid id, string @operator, string reason, CancellationToken ct);

    /// <summary>
    /// Reads the stored trips again, waiting up to 5 seconds for each way; a trip recorded by another process halts this one too.
    /// </summary>
    ValueTask RefreshAsync(CancellationToken ct);
}
