using Strongroom.Backends.Wire;

namespace Strongroom.Vault;

/// <summary>What the options must be, whether they came from settings or from code.</summary>
internal static class VaultOptionsRules
{
    internal const string AddressFault =
        "VAULT_ADDR contains an invalid origin; write https://host:port, several joined by commas, without path, "
        + "query, user or password.";

    internal const string SchemeFault =
        "VAULT_ADDR contains an address without a scheme; add one: http:// for a Vault without TLS on this machine, "
        + "https:// for any other.";

    internal const string ProxyFault =
        "VAULT_PROXY_ADDR, VAULT_HTTP_PROXY or HTTPS_PROXY is not a usable proxy; write http://host:port, without user and "
        + "password, or add Vault's host to NO_PROXY if HTTPS_PROXY is not meant for it.";

    /// <summary>Adds every fault of the options.</summary>
    internal static void Check(VaultOptions options, DeploymentEnvironment environment, ICollection<string> faults)
    {
        CheckAddresses(options, faults);
        CheckTls(options, environment, faults);
        if (
            options.Proxy is { } proxy
            && (proxy.Scheme != Uri.UriSchemeHttp || !IsOrigin(proxy))
            && options.Addresses.Any(address => VaultProxy.For(address, options) is not null)
        )
            faults.Add(ProxyFault);
        if (!IsPath(options.KvMount))
            faults.Add("VAULT_KV_MOUNT is not a mount path; write it as 'vault secrets list' shows it, such as secret.");
        else if (options.KvMount.Split('/') is { Length: > 1 } segments && segments[^1] is "data" or "metadata")
            faults.Add(
                "VAULT_KV_MOUNT ends in data or metadata, which belongs to the API's paths and not to the mount; remove "
                    + "that part."
            );
        if (options.AuthMount is { } mount && !IsPath(mount))
            faults.Add("VAULT_AUTH_MOUNT is not a mount path; write it as 'vault auth list' shows it, such as approle.");
        if (options.Namespace is { } ns && !IsPath(ns))
            faults.Add("VAULT_NAMESPACE is not a valid namespace; write segments joined by '/', such as team/trading.");
        // What a method needs is not known where the method is not.
        if (!IsFaulty("VAULT_AUTH_METHOD", faults))
            CheckLogin(options, faults);
    }

    /// <summary>Whether a setting has a fault; each fault begins with the setting's name.</summary>
    private static bool IsFaulty(string setting, ICollection<string> faults) =>
        faults.Any(fault => fault.StartsWith(setting + " ", StringComparison.Ordinal));

    private static void CheckAddresses(VaultOptions options, ICollection<string> faults)
    {
        if (options.Addresses.Count == 0 && !faults.Contains(SchemeFault) && !faults.Contains(AddressFault))
            faults.Add("VAULT_ADDR is not set; set it to Vault's address, such as https://vault.example:8200.");
        foreach (var address in options.Addresses)
        {
            var isHttp = address.Scheme == Uri.UriSchemeHttp;
            if ((!isHttp && address.Scheme != Uri.UriSchemeHttps) || !IsOrigin(address))
                faults.Add(AddressFault);
            else if (isHttp && !PeerAddress.IsLoopback(address))
                faults.Add(
                    "VAULT_ADDR is plain http to another machine, which exposes token and secrets on the network; use https."
                );
            else if (PeerAddress.IsLinkLocal(address))
                faults.Add(
                    "VAULT_ADDR is a link-local address, which clouds use for their metadata service; set Vault's own "
                        + "address."
                );
        }
    }

    private static bool IsOrigin(Uri address) =>
        address.AbsolutePath == "/" && address.Query.Length + address.Fragment.Length + address.UserInfo.Length == 0;

    private static void CheckTls(VaultOptions options, DeploymentEnvironment environment, ICollection<string> faults)
    {
        if (options.SkipVerify && environment != DeploymentEnvironment.Local)
            faults.Add("VAULT_SKIP_VERIFY is allowed only with DEPLOYMENT_ENV=local; set VAULT_CACERT instead.");
        if (options.ClientKey is not null && options.ClientCertificate is null)
            faults.Add("VAULT_CLIENT_KEY is set and VAULT_CLIENT_CERT is not; set both.");
        foreach (
            var (name, path) in new[]
            {
                ("VAULT_CACERT", options.CaCertificate),
                ("VAULT_CLIENT_CERT", options.ClientCertificate),
                ("VAULT_CLIENT_KEY", options.ClientKey),
            }
        )
        {
            if (path is not null && !File.Exists(path))
                faults.Add($"{name} names a file that does not exist or that this user may not read.");
        }
        if (options.CaPath is { } folder && !Directory.Exists(folder))
            faults.Add("VAULT_CAPATH names a folder that does not exist or that this user may not read.");
    }

    private static void CheckLogin(VaultOptions options, ICollection<string> faults)
    {
        switch (options.AuthMethod)
        {
            case VaultAuthMethod.Token
                when options.Token is null
                    && options.TokenFile is null
                    && !File.Exists(options.DefaultTokenFile)
                    && !IsFaulty("VAULT_TOKEN", faults):
                faults.Add(
                    "There is no Vault token: set VAULT_TOKEN or VAULT_TOKEN_FILE, run 'vault login', or choose another "
                        + "VAULT_AUTH_METHOD."
                );
                break;
            case VaultAuthMethod.Token when options.Token is { } token && !IsHeaderText(token):
                faults.Add("VAULT_TOKEN contains a character that is invalid in a token.");
                break;
            case VaultAuthMethod.AppRole:
                if (options.RoleId is null)
                    faults.Add("VAULT_ROLE_ID is not set, and VAULT_AUTH_METHOD=approle needs it.");
                if (
                    new[]
                    {
                        options.SecretId is not null,
                        options.SecretIdFile is not null,
                        options.WrappedSecretId is not null,
                    }.Count(set => set) > 1
                )
                    faults.Add("Set only one of VAULT_SECRET_ID, VAULT_SECRET_ID_FILE and VAULT_WRAPPED_SECRET_ID.");
                if (options.WrappedSecretId is { } wrapped && !IsHeaderText(wrapped))
                    faults.Add("VAULT_WRAPPED_SECRET_ID contains a character that is invalid in a token.");
                break;
            case VaultAuthMethod.Kubernetes or VaultAuthMethod.Jwt when options.Role is null:
                faults.Add("VAULT_ROLE is not set, and this VAULT_AUTH_METHOD needs it.");
                break;
            case VaultAuthMethod.Cert when options.ClientCertificate is null:
                faults.Add("VAULT_CLIENT_CERT is not set, and VAULT_AUTH_METHOD=cert needs it.");
                break;
            default:
                break;
        }
        if (options.AuthMethod == VaultAuthMethod.Jwt && options.JwtFile is null)
            faults.Add("VAULT_JWT_FILE is not set, and VAULT_AUTH_METHOD=jwt needs it.");
    }

    /// <summary>Segments that need no escaping in a URL and mean nothing but themselves in a policy.</summary>
    private static bool IsPath(string text) => SecretName.TryParse(text, out var name, out _) && name.Field is null;

    private static bool IsHeaderText(SecretValue value) =>
        value.Reveal(0, static (utf8, _) => !utf8.ContainsAnyExceptInRange((byte)'!', (byte)'~'));
}
