namespace Strongroom.Testing.Vault;

/// <summary>Counts failed logins of each user and locks it for a while after too many, even for valid credentials.</summary>
internal sealed class LoginLockout(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> failures = new(StringComparer.Ordinal);

    public bool IsShut(string alias, LockoutSettings settings)
    {
        lock (gate)
            return !settings.Disabled
                && failures.TryGetValue(alias, out var failed)
                && failed.Count >= settings.Threshold
                && time.GetUtcNow() < failed.Last + settings.Duration;
    }

    public void Failed(string alias, LockoutSettings settings)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var before =
                failures.TryGetValue(alias, out var failed)
                && now < failed.Last + settings.CounterReset
                && failed.Count < settings.Threshold
                    ? failed.Count
                    : 0;
            failures[alias] = (before + 1, now);
        }
    }

    public void Succeeded(string alias)
    {
        lock (gate)
            failures.Remove(alias);
    }
}
