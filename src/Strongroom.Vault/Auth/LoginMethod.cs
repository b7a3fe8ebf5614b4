namespace Strongroom.Vault.Auth;

/// <summary>Where a method's credentials come from and what its login looks like; the login itself is the same for all.</summary>
internal sealed class LoginMethod
{
    internal const string ServiceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private readonly VaultOptions _options;

    internal LoginMethod(VaultOptions options)
    {
        _options = options;
        var mount = options.AuthMount ?? options.AuthMethod.ToString().ToLowerInvariant();
        Mount = mount;
        Path = $"auth/{string.Join('/', mount.Split('/').Select(Uri.EscapeDataString))}/login";
        (IdentityField, SecretField) = options.AuthMethod switch
        {
            VaultAuthMethod.AppRole => ("role_id", "secret_id"),
            VaultAuthMethod.Cert => ("name", ""),
            _ => ("role", "jwt"),
        };
    }

    internal VaultAuthMethod Kind => _options.AuthMethod;

    internal string Mount { get; }

    /// <summary>Where the login is posted.</summary>
    internal string Path { get; }

    internal string IdentityField { get; }

    internal string SecretField { get; }

    /// <summary>What to change after a refusal, in words.</summary>
    internal string Sources =>
        _options switch
        {
            { AuthMethod: VaultAuthMethod.AppRole, SecretIdFile: not null } =>
                "VAULT_ROLE_ID or the file of VAULT_SECRET_ID_FILE",
            { AuthMethod: VaultAuthMethod.AppRole, WrappedSecretId: not null } => "VAULT_ROLE_ID or VAULT_WRAPPED_SECRET_ID",
            { AuthMethod: VaultAuthMethod.AppRole } => "VAULT_ROLE_ID or VAULT_SECRET_ID",
            { AuthMethod: VaultAuthMethod.Cert } => "VAULT_CLIENT_CERT or VAULT_ROLE",
            { AuthMethod: VaultAuthMethod.Kubernetes } => "VAULT_ROLE or the service account's token",
            { AuthMethod: VaultAuthMethod.Jwt } => "VAULT_ROLE or the file of VAULT_JWT_FILE",
            { Token: not null } => "VAULT_TOKEN",
            { TokenFile: not null } => "the file of VAULT_TOKEN_FILE",
            _ => "~/.vault-token",
        };

    /// <summary>Reads the sources as they are now: files change while we run.</summary>
    internal LoginCredential Read() =>
        Kind switch
        {
            VaultAuthMethod.Token when _options.Token is { } token => new LoginCredential(null, token, ownsSecret: false),
            VaultAuthMethod.Token => new LoginCredential(
                null,
                SecretFile.Read(_options.TokenFile ?? _options.DefaultTokenFile ?? "", "VAULT_TOKEN_FILE"),
                ownsSecret: true
            ),
            VaultAuthMethod.AppRole when _options.SecretIdFile is { } file => new LoginCredential(
                _options.RoleId,
                SecretFile.Read(file, "VAULT_SECRET_ID_FILE"),
                ownsSecret: true
            ),
            VaultAuthMethod.AppRole => new LoginCredential(
                _options.RoleId,
                _options.WrappedSecretId ?? _options.SecretId,
                ownsSecret: false
            ),
            VaultAuthMethod.Cert => new LoginCredential(_options.Role, null, ownsSecret: false),
            _ => new LoginCredential(
                _options.Role,
                SecretFile.Read(_options.JwtFile ?? ServiceAccountToken, "VAULT_JWT_FILE"),
                ownsSecret: true
            ),
        };
}
