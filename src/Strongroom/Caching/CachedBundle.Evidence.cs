namespace Strongroom.Caching;

/// <summary>
/// What the counterparty said of the credential. Each word counts by when its request was sent, and the latest stands.
/// </summary>
internal sealed partial class CachedBundle
{
    private PendingRejection? _suspicion;
    private PendingRejection? _lastAccepted;
    private Generation? _accepted;
    private ClockReading _acceptedReadAt;
    private ProbeProof? _proven;

    /// <summary>A rejection by the counterparty that is not settled.</summary>
    internal PendingRejection? PendingRejection => Volatile.Read(ref _suspicion);

    /// <summary>The generation that the counterparty last accepted; null where it said nothing yet.</summary>
    internal Generation? Accepted
    {
        get
        {
            lock (_gate)
                return _accepted;
        }
    }

    /// <summary>
    /// When the probe that found a generation accepted was sent; null where none did, or a later one was rejected.
    /// </summary>
    internal ClockReading? ProvenAt(Generation generation) =>
        Volatile.Read(ref _proven) is { IsAccepted: true } proven && proven.Generation == generation ? proven.AskedAt : null;

    internal bool IsProvenSince(ClockReading since) =>
        _current is { } current && ProvenAt(current.Generation) is { } asked && !asked.IsBefore(since);

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
    internal void NoteAccepted(Generation generation, ClockReading readAt)
    {
        lock (_gate)
        {
            if (!readAt.IsBefore(_acceptedReadAt))
                (_accepted, _acceptedReadAt) = (generation, readAt);
        }
        // Sent before the suspicion was confirmed, it says nothing about what came after.
        if (
            PendingRejection is { ConfirmedAt: { } confirmed } suspicion
            && suspicion.Generation == generation
            && confirmed.IsBefore(readAt)
        )
            TrySettle(suspicion, readAt);
    }

    internal void NoteProbe(Generation generation, ClockReading askedAt, bool isAccepted)
    {
        lock (_gate)
        {
            if (_proven is null || _proven.AskedAt.IsBefore(askedAt))
                Volatile.Write(ref _proven, new ProbeProof(generation, askedAt, isAccepted));
        }
    }

    private sealed record ProbeProof(Generation Generation, ClockReading AskedAt, bool IsAccepted);
}
