namespace Strongroom.Testing.Aws.Secrets;

/// <summary>
/// Copies of a secret in other regions, with the same version ids, which follow their primary until replication is paused.
/// </summary>
internal sealed class Replication(SecretStore store)
{
    private bool paused;

    /// <summary>Whether replicas stay as they are; ended, all catch up.</summary>
    public bool Paused
    {
        get => paused;
        set
        {
            paused = value;
            foreach (var primary in store.All.Where(s => s is { IsReplica: false, Replicas.Count: > 0 }).ToList())
                Copy(primary);
        }
    }

    public void Add(StoredSecret primary, string region, string? kmsKeyId, bool overwrite)
    {
        primary.PrimaryRegion = primary.Region;
        var taken = store.ByName(region, primary.Name);
        if (taken is not null && taken.Arn != (primary.Address with { Region = region }).ToString())
        {
            if (!overwrite)
            {
                primary.Replicas.Add(
                    new(region, kmsKeyId, "Failed", "Replication failed: Secret with this name already exists in this region.")
                );
                return;
            }
            store.Remove(taken);
        }
        primary.Replicas.Add(new(region, kmsKeyId, "InProgress", null));
    }

    public void Copy(StoredSecret primary)
    {
        for (var i = 0; i < primary.Replicas.Count; i++)
        {
            var replica = primary.Replicas[i];
            if (replica.Status == "Failed")
                continue;
            if (!paused)
                CopyTo(primary, replica);
            primary.Replicas[i] = replica with { Status = paused ? "InProgress" : "InSync" };
        }
    }

    public void Remove(StoredSecret primary, string region)
    {
        primary.Replicas.RemoveAll(r => r.Region == region);
        if (Existing(primary, region) is { } copy)
            store.Remove(copy);
        if (primary.Replicas.Count == 0)
            primary.PrimaryRegion = null;
    }

    /// <summary>The copy becomes a secret of its own, and its primary forgets it.</summary>
    public void Promote(StoredSecret copy)
    {
        var primary = store.ByName(copy.PrimaryRegion!, copy.Name);
        primary?.Replicas.RemoveAll(r => r.Region == copy.Region);
        if (primary is { Replicas.Count: 0 })
            primary.PrimaryRegion = null;
        copy.PrimaryRegion = null;
    }

    private void CopyTo(StoredSecret primary, Replica replica)
    {
        var copy = Existing(primary, replica.Region);
        if (copy is null)
            store.Add(copy = new(replica.Region, primary.Name, primary.Address with { Region = replica.Region }, store.Now));
        (copy.PrimaryRegion, copy.Description, copy.KmsKeyId, copy.Changed) = (
            primary.Region,
            primary.Description,
            replica.KmsKeyId,
            primary.Changed
        );
        copy.Tags.Clear();
        copy.Tags.AddRange(primary.Tags);
        copy.Versions.Clear();
        copy.Versions.AddRange(primary.Versions.Select(v => v.Copy()));
        store.Publish(copy);
    }

    private StoredSecret? Existing(StoredSecret primary, string region) =>
        store.Find(region, (primary.Address with { Region = region }).ToString());
}
