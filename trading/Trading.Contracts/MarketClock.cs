namespace Trading.Contracts;

/// <summary>The answer to <c>GET /clock</c>: the broker's time, which is not this machine's.</summary>
public sealed record MarketClock(DateTimeOffset Now, bool IsOpen, DateTimeOffset NextOpen, DateTimeOffset NextClose);
