namespace Strongroom.Testing.Vault;

/// <summary>How long a token or lease lives from now: what was asked, within what is allowed.</summary>
internal static class TimeToLive
{
    /// <summary>Vault's own default and maximum: 32 days.</summary>
    public static readonly TimeSpan SystemMax = TimeSpan.FromHours(768);

    /// <param name="asked">By the caller; zero: nothing.</param>
    /// <param name="usual">By the role; zero: the system's.</param>
    /// <param name="period">Of a periodic token, which no maximum but the explicit one holds.</param>
    /// <param name="max">By the role; zero: the system's.</param>
    /// <param name="explicitMax">By the token; zero: none.</param>
    /// <param name="age">Since it was made.</param>
    public static (TimeSpan Ttl, string? Warning) Of(
        TimeSpan asked,
        TimeSpan usual,
        TimeSpan period,
        TimeSpan max,
        TimeSpan explicitMax,
        TimeSpan age
    )
    {
        var wall = Least(
            period > TimeSpan.Zero ? TimeSpan.MaxValue : SystemMax,
            period > TimeSpan.Zero ? TimeSpan.Zero : max,
            explicitMax
        );
        var ttl =
            period > TimeSpan.Zero ? period
            : asked > TimeSpan.Zero ? asked
            : usual > TimeSpan.Zero ? usual
            : SystemMax;
        var left = wall == TimeSpan.MaxValue ? wall : wall - age;
        if (left <= TimeSpan.Zero)
            throw VaultRefusal.BadRequest("past the max TTL, cannot renew");
        return ttl <= left
            ? (ttl, null)
            : (
                left,
                $"TTL of \"{GoDuration.Short(ttl)}\" exceeded the effective max_ttl of \"{GoDuration.Short(wall)}\"; TTL "
                    + "value is capped accordingly"
            );
    }

    private static TimeSpan Least(TimeSpan first, params ReadOnlySpan<TimeSpan> others)
    {
        foreach (var other in others)
            if (other > TimeSpan.Zero && other < first)
                first = other;
        return first;
    }
}
