using Strongroom.Audit;
using Strongroom.Bundles;
using Strongroom.Journaling;

namespace Strongroom.Configuration;

/// <summary>Publishes marked secrets to the configuration provider, and records each load in the audit.</summary>
internal sealed class ConfigurationPublisher(
    SecretConfigurationProvider provider,
    IReadOnlyList<CachedBundle> cachedBundles,
    AuditTrail trail
)
{
    /// <summary>Publishes new values and removes expired ones. Does nothing without a change.</summary>
    internal void Update()
    {
        var marked = cachedBundles
            .SelectMany(cached =>
                cached.Bundle.Secrets.Select((secret, i) => (Key: secret.ConfigurationKey, Secret: cached.Current?.Secrets[i]))
            )
            .Where(entry => entry.Key is not null)
            .ToList();
        if (marked.TrueForAll(entry => entry.Secret?.VersionIdentity == provider.IdentityOf(entry.Key!)))
            return;

        var published = new Dictionary<string, Secret>();
        foreach (var (key, secret) in marked)
        {
            if (secret is null)
                continue;
            if (
                provider.IdentityOf(key!) != secret.VersionIdentity
                && !trail.TryRequire(
                    trail.About(AccessOperation.Configure, AccessOutcome.Success, secret.Name) with
                    {
                        Source = AccessSource.Cache,
                        Version = secret.Version.Id,
                    }
                )
            )
                continue;
            published[key!] = secret;
        }
        provider.Publish(published);
    }
}
