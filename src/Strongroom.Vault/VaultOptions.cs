namespace Strongroom.Vault;

/// <summary>
/// Where Vault is and how to log in, read from environment variables or appsettings under the names in brackets and validated
/// before anything connects; all faults are reported together.
/// </summary>
public sealed class VaultOptions
{
    /// <summary>[VAULT_ADDR] Origins, joined by commas, tried in turn and the only ones that a redirect may lead to. https,
    /// except on loopback. Default in local: <c>http://127.0.0.1:8200</c>; elsewhere there is none.</summary>
    public IReadOnlyList<Uri> Addresses { get; set; } = [];

    /// <summary>[VAULT_NAMESPACE] The Vault namespace, which is not <c>SECRET_NAMESPACE</c>. Default: none.</summary>
    public string? Namespace { get; set; }

    /// <summary>[VAULT_KV_MOUNT] Where the KV engine is mounted; may contain <c>/</c>. Default: <c>secret</c>.</summary>
    public string KvMount { get; set; } = "secret";

    /// <summary>
    /// [VAULT_CACERT] A PEM file of the only authorities that Vault's certificate may come from. Default: the system's.
    /// </summary>
    public string? CaCertificate { get; set; }

    /// <summary>[VAULT_CAPATH] A folder of such PEM files, looked at where <see cref="CaCertificate"/> is unset.</summary>
    public string? CaPath { get; set; }

    /// <summary>[VAULT_PROXY_ADDR, else VAULT_HTTP_PROXY, else HTTPS_PROXY] A proxy, <c>http://host:port</c>, that opens tunnels
    /// to https addresses (CONNECT), so that TLS goes from end to end. Loopback is reached without it. Default: none.</summary>
    public Uri? Proxy { get; set; }

    /// <summary>[NO_PROXY, where the proxy is HTTPS_PROXY] Hosts with all below them, addresses and networks, joined by commas,
    /// that are reached without the proxy. Default: none.</summary>
    public string? NoProxy { get; set; }

    /// <summary>[VAULT_CLIENT_CERT] A PEM file with the client certificate; read again at each new connection.</summary>
    public string? ClientCertificate { get; set; }

    /// <summary>[VAULT_CLIENT_KEY] A PEM file with its key. Default: the key is in <see cref="ClientCertificate"/>.</summary>
    public string? ClientKey { get; set; }

    /// <summary>
    /// [VAULT_TLS_SERVER_NAME] The name that Vault's certificate must be for. Default: the host of the address.
    /// </summary>
    public string? TlsServerName { get; set; }

    /// <summary>[VAULT_SKIP_VERIFY] Takes any certificate. Allowed in local only. Default: false.</summary>
    public bool SkipVerify { get; set; }

    /// <summary>[VAULT_AUTH_METHOD] Default: token.</summary>
    public VaultAuthMethod AuthMethod { get; set; } = VaultAuthMethod.Token;

    /// <summary>[VAULT_AUTH_MOUNT] Where the login method is mounted. Default: the method's own name.</summary>
    public string? AuthMount { get; set; }

    /// <summary>[VAULT_TOKEN] The token. Default: from <see cref="TokenFile"/>.</summary>
    public SecretValue? Token { get; set; }

    /// <summary>
    /// [VAULT_TOKEN_FILE] A file with the token, read again when Vault refuses it. Default: <c>~/.vault-token</c>.
    /// </summary>
    public string? TokenFile { get; set; }

    /// <summary>[VAULT_ROLE_ID] AppRole's role id.</summary>
    public string? RoleId { get; set; }

    /// <summary>
    /// [VAULT_SECRET_ID] AppRole's secret id. One of the three sources, or none where the role is bound otherwise.
    /// </summary>
    public SecretValue? SecretId { get; set; }

    /// <summary>[VAULT_SECRET_ID_FILE] A file with the secret id, read again at each login.</summary>
    public string? SecretIdFile { get; set; }

    /// <summary>[VAULT_WRAPPED_SECRET_ID] A wrapping token around the secret id. It is unwrapped once, after its creation path
    /// was checked; one that was used before is an alarm.</summary>
    public SecretValue? WrappedSecretId { get; set; }

    /// <summary>[VAULT_ROLE] The role to log in as with <c>kubernetes</c>, <c>jwt</c> (both need it) and <c>cert</c>; with a
    /// wrapped secret id, the AppRole whose secret id it must be.</summary>
    public string? Role { get; set; }

    /// <summary>
    /// [VAULT_JWT_FILE] The JWT, read again at each login. Default with <c>kubernetes</c>: the service account's token.
    /// </summary>
    public string? JwtFile { get; set; }

    /// <summary>Where <c>.vault-token</c> is looked for.</summary>
    internal string Home { get; set; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>
    /// Where Vault's own command stores its token; null without a home folder: the current folder is not a substitute.
    /// </summary>
    internal string? DefaultTokenFile => Home.Length > 0 ? System.IO.Path.Combine(Home, ".vault-token") : null;
}
