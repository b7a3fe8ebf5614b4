namespace Strongroom.AspNetCore;

/// <summary>Remembers which webhooks were taken, so that none is taken twice.</summary>
public interface IReplayStore
{
    /// <summary>
    /// Remembers <paramref name="id"/> until <paramref name="until"/>; false where it is remembered already. Of two that come at
    /// once, one is told false. Whatever is thrown refuses the webhook.
    /// </summary>
    ValueTask<bool> TryRememberAsync(string id, DateTimeOffset until, CancellationToken ct);

    /// <summary>Forgets <paramref name="id"/>: its handler failed, so its sender may send the same again.</summary>
    ValueTask ForgetAsync(string id, CancellationToken ct);
}
