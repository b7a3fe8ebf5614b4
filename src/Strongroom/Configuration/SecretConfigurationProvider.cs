using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Strongroom.Bundles;
using Strongroom.Caching;

namespace Strongroom.Configuration;

/// <summary>
/// Shows declared secrets to frameworks that read nothing but configuration. It keeps no text: a key gives its value while that
/// is valid, and is gone with it. What a framework does with the string is out of our hands; see the threat model.
/// </summary>
internal sealed class SecretConfigurationProvider : IConfigurationProvider, IConfigurationSource, IDisposable
{
    private volatile Dictionary<string, Secret> _shown = new(StringComparer.OrdinalIgnoreCase);
    private CancellationTokenSource _reload = new();

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public bool TryGet(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!_shown.TryGetValue(key, out var secret) || secret.Value.IsExpired)
            return false;
        try
        {
            value = secret.Value.Reveal();
            return true;
        }
        catch (SecretUnavailableException)
        {
            // It ended in this very moment, or nobody may have it for a moment.
            return false;
        }
    }

    /// <summary>
    /// Configuration hands every write to every provider; a key that this one does not show is none of its business.
    /// </summary>
    public void Set(string key, string? value)
    {
        if (_shown.ContainsKey(key))
            throw new NotSupportedException(
                $"{key} is a secret, which is written through ISecretManager and not through configuration."
            );
    }

    public IChangeToken GetReloadToken() => new CancellationChangeToken(_reload.Token);

    /// <summary>Does nothing: before the host has started there is no manager to ask.</summary>
    public void Load() { }

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        var prefix = parentPath is null ? "" : parentPath + ConfigurationPath.KeyDelimiter;
        return _shown
            .Where(shown => !shown.Value.Value.IsExpired && shown.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .Select(shown => shown.Key[prefix.Length..].Split(ConfigurationPath.KeyDelimiter)[0])
            .Concat(earlierKeys)
            .Order(ConfigurationKeyComparer.Instance);
    }

    /// <summary>The version that a key shows now, or null.</summary>
    internal VersionIdentity? IdentityOf(string key) =>
        _shown.TryGetValue(key, out var secret) && !secret.Value.IsExpired ? secret.VersionIdentity : null;

    /// <summary>Shows these from now on, and tells whoever watches. Without a change nothing is told.</summary>
    internal void Show(Dictionary<string, Secret> secrets)
    {
        _shown = new Dictionary<string, Secret>(secrets, StringComparer.OrdinalIgnoreCase);
        // On another thread: what a watcher throws is not ours.
        _ = Interlocked.Exchange(ref _reload, new CancellationTokenSource()).CancelAsync();
    }

    /// <summary>
    /// Does nothing: configuration disposes and builds its providers anew whenever a source is taken out, and this one goes on.
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
