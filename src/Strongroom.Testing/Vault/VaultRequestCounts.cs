namespace Strongroom.Testing;

/// <summary>The number of requests with the same method, path and status.</summary>
/// <param name="Method">Such as <c>GET</c> or <c>LIST</c>.</param>
/// <param name="Path">Below <c>/v1/</c>, without the query.</param>
/// <param name="Status">The answer's status; 0 where the connection ended without one.</param>
/// <param name="Count">How often.</param>
public sealed record VaultRequestCount(string Method, string Path, int Status, int Count);

/// <summary>Counts the requests that reached a <see cref="VaultServer"/>, those that a fault struck too.</summary>
public sealed class VaultRequestCounts
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Method, string Path, int Status), int> counts = [];
    private readonly HashSet<string> connections = new(StringComparer.Ordinal);
    private int underWay;
    private int mostAtOnce;

    internal VaultRequestCounts() { }

    /// <summary>All requests.</summary>
    public int Total => Of();

    /// <summary>Logins, good and bad, at any auth mount.</summary>
    public int Logins =>
        All.Where(c =>
                c.Path.Contains("auth/", StringComparison.Ordinal) && $"{c.Path}/".Contains("/login/", StringComparison.Ordinal)
            )
            .Sum(c => c.Count);

    /// <summary>How many connections they came over.</summary>
    public int Connections
    {
        get
        {
            lock (gate)
                return connections.Count;
        }
    }

    /// <summary>The largest number of requests that were being served at the same time.</summary>
    public int MostAtOnce
    {
        get
        {
            lock (gate)
                return mostAtOnce;
        }
    }

    /// <summary>The current value of every count.</summary>
    public IReadOnlyList<VaultRequestCount> All
    {
        get
        {
            lock (gate)
                return [.. counts.Select(c => new VaultRequestCount(c.Key.Method, c.Key.Path, c.Key.Status, c.Value))];
        }
    }

    /// <summary>How many requests came.</summary>
    /// <param name="method">As in <see cref="VaultRequestCount.Method"/>; null for all.</param>
    /// <param name="path">As in <see cref="VaultRequestCount.Path"/>; null for all.</param>
    /// <param name="status">As in <see cref="VaultRequestCount.Status"/>; null for all.</param>
    public int Of(string? method = null, string? path = null, int? status = null) =>
        All.Where(c =>
                (method is null || c.Method == method)
                && (path is null || c.Path == path)
                && (status is null || c.Status == status)
            )
            .Sum(c => c.Count);

    internal void Begin()
    {
        lock (gate)
            mostAtOnce = Math.Max(mostAtOnce, ++underWay);
    }

    /// <summary>Before the first byte is sent: a client that has its response has one request fewer under way.</summary>
    internal void Add(string connection, string method, string path, int status)
    {
        lock (gate)
        {
            underWay--;
            connections.Add(connection);
            counts[(method, path, status)] = counts.GetValueOrDefault((method, path, status)) + 1;
        }
    }
}
