using Strongroom.Backends.Wire;

namespace Strongroom.Vault;

/// <summary>What the options must be, whether they came from settings or from code.</summary>
internal static class VaultOptionsRules
{
    internal const string AddressFault =
        "VAULT_ADDR holds something that is no origin; write https://host:port, several joined by commas, without path, "
        + "query, user or password.";

    internal const string SchemeFault =
        "VAULT_ADDR holds an address without a scheme; write it in front: http:// for a Vault without TLS on this machine, "
        + "https:// for any other.";

    internal const string ProxyFault =
        "VAULT_PROXY_ADDR, VAULT_HTTP_PROXY or HTTPS_PROXY is no proxy that can be used; write http://host:port, without user "
        + "and password, or name Vault's host in NO_PROXY "
        + "where HTTPS_PROXY is not meant for it.";

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
            faults.Add("VAULT_KV_MOUNT is no mount's path; write it as 'vault secrets list' shows it, such as secret.");
        else if (options.KvMount.Split('/') is { Length: > 1 } segments && segments[^1] is "data" or "metadata")
            faults.Add(
                "VAULT_KV_MOUNT ends in data or metadata, which belongs to the API's paths and not to the mount; leave that "
                    + "part out."
            );
        if (options.AuthMount is { } mount && !IsPath(mount))
            faults.Add("VAULT_AUTH_MOUNT is no mount's path; write it as 'vault auth list' shows it, such as approle.");
        if (options.Namespace is { } ns && !IsPath(ns))
            faults.Add("VAULT_NAMESPACE is no namespace; write segments joined by '/', such as team/trading.");
        CheckLogin(options, faults);
    }

    private static void CheckAddresses(VaultOptions options, ICollection<string> faults)
    {
        if (options.Addresses.Count == 0 && !faults.Contains(SchemeFault) && !faults.Contains(AddressFault))
            faults.Add("VAULT_ADDR is not set; write where Vault is, such as https://vault.example:8200.");
        foreach (var address in options.Addresses)
        {
            var isHttp = address.Scheme == Uri.UriSchemeHttp;
            if ((!isHttp && address.Scheme != Uri.UriSchemeHttps) || !IsOrigin(address))
                faults.Add(AddressFault);
            else if (isHttp && !PeerAddress.IsLoopback(address))
                faults.Add(
                    "VAULT_ADDR is plain http to another machine, where anybody on the way reads token and secrets; use https."
                );
            else if (PeerAddress.IsLinkLocal(address))
                faults.Add(
                    "VAULT_ADDR is a link-local address, which is where clouds keep their metadata service; name Vault's own "
                        + "address."
                );
        }
    }

    private static bool IsOrigin(Uri address) =>
        address.AbsolutePath == "/" && address.Query.Length + address.Fragment.Length + address.UserInfo.Length == 0;

    private static void CheckTls(VaultOptions options, DeploymentEnvironment environment, ICollection<string> faults)
    {
        if (options.SkipVerify && environment != DeploymentEnvironment.Local)
            faults.Add(
                "VAULT_SKIP_VERIFY is allowed with DEPLOYMENT_ENV=local only; name the authority by VAULT_CACERT instead."
            );
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
                faults.Add($"{name} names a file that is not there, or that this user may not see.");
        }
        if (options.CaPath is { } folder && !Directory.Exists(folder))
            faults.Add("VAULT_CAPATH names a folder that is not there, or that this user may not see.");
    }

    private static void CheckLogin(VaultOptions options, ICollection<string> faults)
    {
        switch (options.AuthMethod)
        {
            case VaultAuthMethod.Token
                when options.Token is null && options.TokenFile is null && !File.Exists(options.DefaultTokenFile):
                faults.Add(
                    "There is no Vault token: set VAULT_TOKEN or VAULT_TOKEN_FILE, run 'vault login', or choose another "
                        + "VAULT_AUTH_METHOD."
                );
                break;
            case VaultAuthMethod.Token when options.Token is { } token && !IsHeaderText(token):
                faults.Add("VAULT_TOKEN holds a character that no token has.");
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
                    faults.Add("VAULT_SECRET_ID, VAULT_SECRET_ID_FILE and VAULT_WRAPPED_SECRET_ID exclude each other; set one.");
                if (options.WrappedSecretId is { } wrapped && !IsHeaderText(wrapped))
                    faults.Add("VAULT_WRAPPED_SECRET_ID holds a character that no token has.");
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
