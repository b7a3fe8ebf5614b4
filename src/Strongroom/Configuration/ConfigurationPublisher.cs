using Strongroom.Audit;
using Strongroom.Bundles;
using Strongroom.Journaling;

namespace Strongroom.Configuration;

/// <summary>Brings marked secrets into the configuration provider, each load a row in the audit.</summary>
internal sealed class ConfigurationPublisher(
    SecretConfigurationProvider provider,
    IReadOnlyList<CachedBundle> cachedBundles,
    AuditTrail trail
)
{
    /// <summary>Shows what is new, and takes away what is gone. Without a change it does nothing.</summary>
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

        var shown = new Dictionary<string, Secret>();
        foreach (var (key, secret) in marked)
        {
            if (secret is null)
                continue;
            if (
                provider.IdentityOf(key!) != secret.VersionIdentity
                && !trail.TryDemand(
                    trail.About(AccessOperation.Configure, AccessOutcome.Success, secret.Name) with
                    {
                        Source = AccessSource.Cache,
                        Version = secret.Version.Id,
                    }
                )
            )
                continue;
            shown[key!] = secret;
        }
        provider.Show(shown);
    }
}
