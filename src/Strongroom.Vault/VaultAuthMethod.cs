namespace Strongroom.Vault;

/// <summary>How the process authenticates to Vault (<c>VAULT_AUTH_METHOD</c>).</summary>
public enum VaultAuthMethod
{
    /// <summary>A token that was issued elsewhere.</summary>
    Token,

    /// <summary>A role id and a secret id.</summary>
    AppRole,

    /// <summary>The pod's service account.</summary>
    Kubernetes,

    /// <summary>A signed JWT from a file.</summary>
    Jwt,

    /// <summary>The client certificate of the connection itself.</summary>
    Cert,
}
