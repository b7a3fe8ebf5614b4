namespace Strongroom.Testing.Aws.Secrets;

/// <summary>
/// The service keeps a hundred versions and all of the last day; of the others those without a label go, oldest first.
/// </summary>
internal static class VersionPruning
{
    private const int Kept = 100;
    private static readonly TimeSpan Young = TimeSpan.FromHours(24);

    public static void Prune(StoredSecret secret, DateTimeOffset now)
    {
        var surplus = secret.Versions.Count - Kept;
        if (surplus <= 0)
            return;
        foreach (
            var version in secret.Versions.Where(v => v.Stages.Count == 0 && v.Created <= now - Young).Take(surplus).ToList()
        )
            secret.Versions.Remove(version);
    }
}
