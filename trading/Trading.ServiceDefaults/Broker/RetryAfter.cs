namespace Trading.ServiceDefaults;

/// <summary>Reads how long a server asks to be left alone.</summary>
public static class RetryAfter
{
    /// <summary>The longest pause that is believed: a wrong header must not end the day.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The pause that an answer asks for, zero where it asks for none. A date is reckoned by the answer's own clock.
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
