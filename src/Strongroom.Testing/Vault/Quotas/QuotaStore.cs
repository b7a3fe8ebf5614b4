namespace Strongroom.Testing.Vault;

/// <summary>The rate quotas. Of those that hold for a path, the closest one counts, alone.</summary>
internal sealed class QuotaStore(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, RateQuota> quotas = new(StringComparer.Ordinal);

    /// <summary>Whether answers tell the limit and when to come back. Off, as Vault has it.</summary>
    public bool TellsHeaders { get; set; }

    public IReadOnlyList<string> ExemptPaths { get; set; } =
    [
        "sys/generate-root/attempt",
        "sys/generate-root/update",
        "sys/health",
        "sys/rekey/init",
        "sys/rekey/update",
        "sys/seal-status",
        "sys/unseal",
    ];

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (gate)
                return [.. quotas.Keys];
        }
    }

    public RateQuota? Find(string name)
    {
        lock (gate)
            return quotas.GetValueOrDefault(name);
    }

    public void Put(RateQuota quota)
    {
        lock (gate)
            quotas[quota.Name] = quota;
    }

    public void Remove(string name)
    {
        lock (gate)
            quotas.Remove(name);
    }

    /// <summary>Null where no quota holds.</summary>
    public QuotaAnswer? Take(string path, string address)
    {
        lock (gate)
        {
            if (ExemptPaths.Any(e => e.EndsWith('*') ? path.StartsWith(e[..^1], StringComparison.Ordinal) : path == e))
                return null;
            return quotas.Values.Where(q => Holds(q.Path, path)).MaxBy(q => q.Path.Length)?.Take(address, time.GetUtcNow());
        }
    }

    private static bool Holds(string of, string path) =>
        of.EndsWith('*')
            ? path.StartsWith(of[..^1], StringComparison.Ordinal)
            : of.Length == 0 || path == of || path.StartsWith(of.EndsWith('/') ? of : of + "/", StringComparison.Ordinal);
}
