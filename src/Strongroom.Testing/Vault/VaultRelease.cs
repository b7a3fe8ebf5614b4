namespace Strongroom.Testing;

/// <summary>The release that a <see cref="VaultServer"/> imitates where servers differ.</summary>
public enum VaultRelease
{
    /// <summary>
    /// A current server: custom metadata, PATCH and subkeys of KV v2, lockout after failed AppRole logins, tokens that start
    /// with <c>hvs.</c>, and one text for a wrong role id and a wrong secret id.
    /// </summary>
    Current,

    /// <summary>A server of version 1.8, which has none of that and tells a wrong role id from a wrong secret id.</summary>
    V18,
}
