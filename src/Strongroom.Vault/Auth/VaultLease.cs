namespace Strongroom.Vault.Auth;

/// <summary>A token and how long it lives. A class, so that nothing prints its members.</summary>
internal sealed class VaultLease
{
    /// <summary>A string because a header takes nothing else; it goes with the lease.</summary>
    internal required string Token { get; init; }

    /// <summary>True where we logged in ourselves: it is ours to revoke and to replace.</summary>
    internal required bool IsOwn { get; init; }

    /// <summary>
    /// When Vault granted it last. Its life is a length, so that no step of the wall clock makes it longer or shorter.
    /// </summary>
    internal required ClockReading Since { get; init; }

    /// <summary>How long it was granted when it was new; what later renewals are measured against.</summary>
    internal TimeSpan First { get; init; }

    /// <summary>How long it was granted last; zero: it does not end.</summary>
    internal TimeSpan Life { get; init; }

    internal bool IsRenewable { get; init; }

    /// <summary>What is left of its life; null: it does not end.</summary>
    internal TimeSpan? Left(ElapsedClock clocks) => Life > TimeSpan.Zero ? Life - clocks.Elapsed(Since) : null;

    internal VaultLease Renewed(TimeSpan life, bool isRenewable, ClockReading now) =>
        new()
        {
            Token = Token,
            IsOwn = IsOwn,
            Since = now,
            First = First > TimeSpan.Zero ? First : life,
            Life = life,
            IsRenewable = isRenewable,
        };

    /// <summary>The same token, which Vault renews no further.</summary>
    internal VaultLease Unrenewable() =>
        new()
        {
            Token = Token,
            IsOwn = IsOwn,
            Since = Since,
            First = First,
            Life = Life,
            IsRenewable = false,
        };

    /// <summary>A little early, so that no request arrives with a token that ended on the way.</summary>
    internal bool IsOver(ElapsedClock clocks) => Left(clocks) <= (Life / 20 < s_margin ? Life / 20 : s_margin);

    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(2);
}
