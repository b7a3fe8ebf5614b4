namespace Trading.ServiceDefaults;

/// <summary>Reads the pause that a server asks for.</summary>
public static class RetryAfter
{
    /// <summary>The longest pause that is respected, so that a wrong header does not end the day.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The pause that a response asks for, or zero. A date is relative to the response's own date.
    /// </summary>
    public static TimeSpan Of(HttpResponseMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var asked = answer.Headers.RetryAfter switch
        {
            { Delta: { } pause } => pause,
            { Date: { } until } => until - (answer.Headers.Date ?? TimeProvider.System.GetUtcNow()),
            _ => TimeSpan.Zero,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero
            : asked > Longest ? Longest
            : asked;
    }
}
