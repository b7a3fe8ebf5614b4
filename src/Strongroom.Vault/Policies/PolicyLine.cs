using Strongroom.Vault.Kv;

namespace Strongroom.Vault.Policies;

/// <summary>One line of a Vault policy: an exact path and what may be done there.</summary>
/// <param name="Path">The path, without <c>/v1/</c>; never a wildcard.</param>
/// <param name="Capabilities">Vault's own words, in alphabetical order.</param>
public sealed record PolicyLine(string Path, IReadOnlyList<string> Capabilities)
{
    /// <summary>The line as Vault reads it.</summary>
    public override string ToString() => KvPaths.PolicyLine(Path, Capabilities);
}
