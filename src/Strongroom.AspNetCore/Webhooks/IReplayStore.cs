namespace Strongroom.AspNetCore;

/// <summary>Remembers the ids of webhooks, so that each is handled once.</summary>
public interface IReplayStore
{
    /// <summary>
    /// Claims <paramref name="id"/> until <paramref name="until"/>. Of two callers at once, one gets
    /// <see cref="ReplayClaim.Claimed"/>. Any exception refuses the webhook.
    /// </summary>
    ValueTask<ReplayClaim> ClaimAsync(string id, DateTimeOffset until, CancellationToken ct);

    /// <summary>Marks a claimed <paramref name="id"/> as handled. An exception is logged.</summary>
    ValueTask CompleteAsync(string id, CancellationToken ct);

    /// <summary>
    /// Forgets <paramref name="id"/>, whose handler failed, so that its sender may send it again. An exception is logged.
    /// </summary>
    ValueTask ForgetAsync(string id, CancellationToken ct);
}

/// <summary>What a store knows of a webhook's id.</summary>
public enum ReplayClaim
{
    /// <summary>The id is new, and now belongs to the caller.</summary>
    Claimed,

    /// <summary>The webhook is being handled, or the process that handled it ended before its result was known.</summary>
    InProgress,

    /// <summary>The webhook was handled.</summary>
    Handled,
}
