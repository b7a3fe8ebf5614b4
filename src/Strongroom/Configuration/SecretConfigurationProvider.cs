using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Strongroom.Bundles;
using Strongroom.Caching;

namespace Strongroom.Configuration;

/// <summary>
/// Publishes declared secrets to frameworks that read only configuration. It stores no text: a key returns its value while it is
/// valid, and disappears when it expires. Strings that a framework reads are beyond its control; see the threat model.
/// </summary>
internal sealed class SecretConfigurationProvider : IConfigurationProvider, IConfigurationSource, IDisposable
{
    private volatile Dictionary<string, Secret> _published = new(StringComparer.OrdinalIgnoreCase);
    private CancellationTokenSource _reload = new();

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public bool TryGet(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!_published.TryGetValue(key, out var secret) || secret.Value.IsExpired)
            return false;
        try
        {
            value = secret.Value.Reveal();
            return true;
        }
        catch (SecretUnavailableException)
        {
            // The value has just expired, or is temporarily withheld.
            return false;
        }
    }

    /// <summary>Configuration passes every write to every provider; keys that this one does not publish are ignored.</summary>
    public void Set(string key, string? value)
    {
        if (_published.ContainsKey(key))
            throw new NotSupportedException(
                $"{key} is a secret, which is written through ISecretManager and not through configuration."
            );
    }

    public IChangeToken GetReloadToken() => new CancellationChangeToken(_reload.Token);

    /// <summary>Does nothing: before the host has started there is no manager.</summary>
    public void Load() { }

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        var prefix = parentPath is null ? "" : parentPath + ConfigurationPath.KeyDelimiter;
        return _published
            .Where(shown => !shown.Value.Value.IsExpired && shown.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .Select(shown => shown.Key[prefix.Length..].Split(ConfigurationPath.KeyDelimiter)[0])
            .Concat(earlierKeys)
            .Order(ConfigurationKeyComparer.Instance);
    }

    /// <summary>The identity of the version that a key currently returns, or null.</summary>
    internal VersionIdentity? IdentityOf(string key) =>
        _published.TryGetValue(key, out var secret) && !secret.Value.IsExpired ? secret.VersionIdentity : null;

    /// <summary>Replaces the published secrets and notifies listeners.</summary>
    internal void Publish(Dictionary<string, Secret> secrets)
    {
        _published = new Dictionary<string, Secret>(secrets, StringComparer.OrdinalIgnoreCase);
        // On another thread, so that an exception of a listener does not propagate.
        _ = Interlocked.Exchange(ref _reload, new CancellationTokenSource()).CancelAsync();
    }

    /// <summary>
    /// Does nothing: configuration disposes and rebuilds its providers whenever a source is removed, and this one remains in
    /// use.
    /// </summary>
    public void Dispose() { }

    private sealed class ConfigurationKeyComparer : IComparer<string>
    {
        internal static readonly ConfigurationKeyComparer Instance = new();

        public int Compare(string? x, string? y) =>
            int.TryParse(x, out var a) && int.TryParse(y, out var b)
                ? a.CompareTo(b)
                : string.Compare(x, y, StringComparison.OrdinalIgnoreCase);
    }
}
