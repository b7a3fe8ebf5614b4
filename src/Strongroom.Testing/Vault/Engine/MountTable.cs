namespace Strongroom.Testing.Vault;

/// <summary>A namespace's mounts. Of those that a path lies under, the longest answers.</summary>
internal sealed class MountTable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Mount> mounts = new(StringComparer.Ordinal);

    public IReadOnlyList<Mount> All
    {
        get
        {
            lock (gate)
                return [.. mounts.Values];
        }
    }

    public void Add(Mount mount)
    {
        lock (gate)
        {
            if (
                mounts.Values.FirstOrDefault(m =>
                    m.Path.StartsWith(mount.Path, StringComparison.Ordinal)
                    || mount.Path.StartsWith(m.Path, StringComparison.Ordinal)
                ) is
                { } taken
            )
                throw VaultRefusal.BadRequest($"path is already in use at {taken.Path}");
            mounts.Add(mount.Path, mount);
        }
    }

    public Mount? At(string path)
    {
        lock (gate)
            return mounts.GetValueOrDefault(path);
    }

    public Mount? Remove(string path)
    {
        lock (gate)
            return mounts.Remove(path, out var mount) ? mount : null;
    }

    public Mount? Over(string path)
    {
        lock (gate)
            return mounts
                .Values.Where(m =>
                    path.StartsWith(m.Path, StringComparison.Ordinal)
                    || path.Length + 1 == m.Path.Length && m.Path.StartsWith(path, StringComparison.Ordinal)
                )
                .MaxBy(m => m.Path.Length);
    }
}
