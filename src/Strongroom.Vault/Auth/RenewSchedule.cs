namespace Strongroom.Vault.Auth;

/// <summary>
/// When a token is renewed: at two thirds of its life, a little earlier at random so that a fleet does not renew at the same
/// time.
/// </summary>
internal static class RenewSchedule
{
    /// <summary>No token is renewed more often than this: a tiny life would make a hot loop of it. Such a token just ends, and
    /// the next read logs in.</summary>
    internal static readonly TimeSpan Floor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_shortestPause = TimeSpan.FromSeconds(15);

    /// <summary>How long after it was granted, or null where nothing is to be done.</summary>
    internal static TimeSpan? Due(TimeSpan life, double random)
    {
        // 0 is "does not end", not "has ended".
        if (life <= TimeSpan.Zero)
            return null;
        var due = life * ((2.0 / 3) - (0.1 * random));
        return due < Floor ? null : due;
    }

    /// <summary>True where a renewal gave so much less than the token began with that a wall is near: its longest life.</summary>
    internal static bool IsCapped(TimeSpan granted, TimeSpan first) => granted > TimeSpan.Zero && granted < first / 2;

    /// <summary>
    /// How long to wait after Vault could not be asked: 15 to 30 seconds, so that a fleet does not return at the same time.
    /// </summary>
    internal static TimeSpan Pause(double random) => s_shortestPause * (1 + random);

    /// <summary>
    /// How long where Vault asks to slow down: a token is no more than a login saved, so that what is granted goes to reads.
    /// </summary>
    internal static TimeSpan PauseThrottled(double random) => Pause(random) * 4;
}
