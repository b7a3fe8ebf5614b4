namespace Strongroom.Caching;

/// <summary>
/// What the counterparty said of the credential. Each word counts by when its request was sent, and the latest stands.
/// </summary>
internal sealed partial class CachedBundle
{
    private PendingRejection? _suspicion;
    private PendingRejection? _lastAccepted;
    private VersionIdentity? _accepted;
    private ClockReading _acceptedReadAt;
    private ProbeProof? _proven;

    /// <summary>A rejection by the counterparty that is not settled.</summary>
    internal PendingRejection? PendingRejection => Volatile.Read(ref _suspicion);

    /// <summary>The version that the counterparty last accepted; null where it said nothing yet.</summary>
    internal VersionIdentity? Accepted
    {
        get
        {
            lock (_gate)
                return _accepted;
        }
    }

    /// <summary>
    /// When the probe that found a version accepted was sent; null where none did, or a later one was rejected.
    /// </summary>
    internal ClockReading? ProvenAt(VersionIdentity version) =>
        Volatile.Read(ref _proven) is { IsAccepted: true } proven && proven.VersionIdentity == version ? proven.AskedAt : null;

    internal bool IsProvenSince(ClockReading since) =>
        _current is { } current && ProvenAt(current.VersionIdentity) is { } asked && !asked.IsBefore(since);

    /// <summary>The last one that the counterparty settled by accepting the credential.</summary>
    internal PendingRejection? LastAccepted => Volatile.Read(ref _lastAccepted);

    internal void Suspect(PendingRejection suspicion) => Volatile.Write(ref _suspicion, suspicion);

    /// <summary>Removes this very suspicion; one that was raised meanwhile stays.</summary>
    internal void Clear(PendingRejection suspicion) => Interlocked.CompareExchange(ref _suspicion, null, suspicion);

    /// <summary>
    /// The counterparty accepted what was sent at a moment. False where it rejected what was sent later: the suspicion stays.
    /// </summary>
    internal bool TrySettle(PendingRejection suspicion, ClockReading acceptedAt)
    {
        if (!suspicion.TryEnd(acceptedAt))
            return false;
        Volatile.Write(ref _lastAccepted, suspicion);
        Clear(suspicion);
        return true;
    }

    /// <summary>
    /// The counterparty accepted what was read at a moment, so its request was sent after that. Allocates nothing.
    /// </summary>
    internal void NoteAccepted(VersionIdentity version, ClockReading readAt)
    {
        lock (_gate)
        {
            if (!readAt.IsBefore(_acceptedReadAt))
                (_accepted, _acceptedReadAt) = (version, readAt);
        }
        // Sent before the suspicion was confirmed, it says nothing about what came after.
        if (
            PendingRejection is { ConfirmedAt: { } confirmed } suspicion
            && suspicion.VersionIdentity == version
            && confirmed.IsBefore(readAt)
        )
            TrySettle(suspicion, readAt);
    }

    internal void NoteProbe(VersionIdentity version, ClockReading askedAt, bool isAccepted)
    {
        lock (_gate)
        {
            if (_proven is null || _proven.AskedAt.IsBefore(askedAt))
                Volatile.Write(ref _proven, new ProbeProof(version, askedAt, isAccepted));
        }
    }

    private sealed record ProbeProof(VersionIdentity VersionIdentity, ClockReading AskedAt, bool IsAccepted);
}
