namespace Strongroom.Testing.Vault;

/// <summary>All namespaces. A request names one in its header, in front of its path, or by both, one after the other.</summary>
internal sealed class Namespaces
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, VaultNamespace> all = new(StringComparer.Ordinal) { [""] = new("") };

    public VaultNamespace Root
    {
        get
        {
            lock (gate)
                return all[""];
        }
    }

    public VaultNamespace Add(string path)
    {
        lock (gate)
            return all.TryAdd(path, new VaultNamespace(path))
                ? all[path]
                : throw VaultRefusal.BadRequest("namespace already exists");
    }

    public IReadOnlyList<VaultNamespace> All
    {
        get
        {
            lock (gate)
                return [.. all.Values];
        }
    }

    public VaultNamespace? At(string path)
    {
        lock (gate)
            return all.GetValueOrDefault(path);
    }

    public bool Remove(string path)
    {
        lock (gate)
            return path.Length > 0 && all.Remove(path);
    }

    public IReadOnlyList<VaultNamespace> Below(VaultNamespace parent)
    {
        lock (gate)
            return
            [
                .. all.Values.Where(n =>
                    n != parent && parent.Holds(n) && !n.Path[parent.Path.Length..^1].Contains('/', StringComparison.Ordinal)
                ),
            ];
    }

    /// <summary>Where a path leads, and what is left of it there.</summary>
    public (VaultNamespace Namespace, string Path) Resolve(string header, string path)
    {
        var trimmed = header.Trim('/');
        var whole = trimmed.Length == 0 || trimmed == "root" ? path : $"{trimmed}/{path}";
        lock (gate)
        {
            var found = all.Values.Where(n => whole.StartsWith(n.Path, StringComparison.Ordinal)).MaxBy(n => n.Path.Length)!;
            return (found, whole[found.Path.Length..]);
        }
    }
}
