namespace Strongroom.Deployment;

/// <summary>The guardrail is open: the env backend may be used outside local until <paramref name="Until"/>.</summary>
/// <remarks>It ends without any action: each value that was read under it expires at <paramref name="Until"/>.</remarks>
/// <param name="Operator">Who opened it.</param>
/// <param name="Reason">Why, in the operator's words.</param>
/// <param name="OpenedAt">When this process opened it.</param>
/// <param name="Until">When it ends.</param>
public sealed record BreakGlass(string Operator, string Reason, DateTimeOffset OpenedAt, DateTimeOffset Until)
{
    /// <summary>The longest time at once, and in any 24 hours together: 4 hours.</summary>
    public static TimeSpan MaxDuration { get; } = TimeSpan.FromHours(4);

    /// <summary>Whether it is over.</summary>
    public bool IsExpired(DateTimeOffset now) => now >= Until;
}
