namespace Strongroom.Testing;

/// <summary>The number of requests with the same method, path and status.</summary>
/// <param name="Operation">Such as <c>GetSecretValue</c>; empty where it was none.</param>
/// <param name="Status">The answer's status; 0 where the connection ended without one.</param>
/// <param name="Error">The error's name; empty where there was none, and where a fault answered.</param>
/// <param name="Count">How often.</param>
public sealed record SecretsManagerRequestCount(string Operation, int Status, string Error, int Count);

/// <summary>Counts the requests that reached a <see cref="SecretsManagerServer"/>, those that a fault struck too.</summary>
public sealed class SecretsManagerRequestCounts
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Operation, int Status, string Error), int> counts = [];
    private readonly HashSet<string> connections = new(StringComparer.Ordinal);
    private int underWay;
    private int mostAtOnce;

    internal SecretsManagerRequestCounts() { }

    /// <summary>All requests.</summary>
    public int Total => Of();

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
    public IReadOnlyList<SecretsManagerRequestCount> All
    {
        get
        {
            lock (gate)
                return
                [
                    .. counts.Select(c => new SecretsManagerRequestCount(c.Key.Operation, c.Key.Status, c.Key.Error, c.Value)),
                ];
        }
    }

    /// <summary>How many requests came.</summary>
    /// <param name="operation">As in <see cref="SecretsManagerRequestCount.Operation"/>; null for all.</param>
    /// <param name="status">As in <see cref="SecretsManagerRequestCount.Status"/>; null for all.</param>
    /// <param name="error">As in <see cref="SecretsManagerRequestCount.Error"/>; null for all.</param>
    public int Of(string? operation = null, int? status = null, string? error = null) =>
        All.Where(c =>
                (operation is null || c.Operation == operation)
                && (status is null || c.Status == status)
                && (error is null || c.Error == error)
            )
            .Sum(c => c.Count);

    internal void Begin()
    {
        lock (gate)
            mostAtOnce = Math.Max(mostAtOnce, ++underWay);
    }

    /// <summary>Before the first byte is sent: a client that has its response has one request fewer under way.</summary>
    internal void Add(string connection, string operation, int status, string error)
    {
        lock (gate)
        {
            underWay--;
            connections.Add(connection);
            counts[(operation, status, error)] = counts.GetValueOrDefault((operation, status, error)) + 1;
        }
    }
}
