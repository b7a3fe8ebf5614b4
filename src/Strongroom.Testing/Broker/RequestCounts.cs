namespace Strongroom.Testing;

/// <summary>How often a route was called with a key pair.</summary>
/// <param name="Route">Method and template, as <c>GET /v2/orders/{id}</c>, or <see cref="RequestCounts.UnknownRoute"/>.</param>
/// <param name="KeyId">The key id, or <see cref="RequestCounts.UnknownKey"/>.</param>
/// <param name="Authenticated">Whether the pair was let in.</param>
/// <param name="Count">How often.</param>
public sealed record RequestCount(string Route, string KeyId, bool Authenticated, int Count);

/// <summary>Counts the requests that reached the paper broker, before they are answered.</summary>
public sealed class RequestCounts
{
    /// <summary>Replaces every key id that the broker never issued: what was sent instead may be a secret.</summary>
    public const string UnknownKey = "(unknown)";

    /// <summary>Replaces every path that is not a route.</summary>
    public const string UnknownRoute = "(no route)";

    private readonly Lock gate = new();
    private readonly Dictionary<(string Route, string KeyId, bool Authenticated), int> counts = [];

    internal RequestCounts() { }

    /// <summary>Requests let in.</summary>
    public int Authenticated => All.Where(c => c.Authenticated).Sum(c => c.Count);

    /// <summary>Requests with a missing, wrong or revoked key pair.</summary>
    public int Rejected => All.Where(c => !c.Authenticated).Sum(c => c.Count);

    /// <summary>The current value of every count.</summary>
    public IReadOnlyList<RequestCount> All
    {
        get
        {
            lock (gate)
                return [.. counts.Select(c => new RequestCount(c.Key.Route, c.Key.KeyId, c.Key.Authenticated, c.Value))];
        }
    }

    /// <summary>How many requests came, of a route or of all, with a key id or with any.</summary>
    /// <param name="route">As in <see cref="RequestCount.Route"/>; null for all.</param>
    /// <param name="keyId">A key id; null for all.</param>
    public int Of(string? route = null, string? keyId = null) =>
        All.Where(c => (route is null || c.Route == route) && (keyId is null || c.KeyId == keyId)).Sum(c => c.Count);

    internal void Add(string route, string keyId, bool authenticated)
    {
        lock (gate)
            counts[(route, keyId, authenticated)] = counts.GetValueOrDefault((route, keyId, authenticated)) + 1;
    }
}
