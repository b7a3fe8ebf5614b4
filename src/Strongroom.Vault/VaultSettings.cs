using Microsoft.Extensions.Configuration;

namespace Strongroom.Vault;

/// <summary>
/// Fills <see cref="VaultOptions"/> from the flat names that its properties state. The content of a setting is never quoted.
/// </summary>
internal static class VaultSettings
{
    private static readonly Dictionary<string, VaultAuthMethod> s_methods = new(StringComparer.Ordinal)
    {
        ["token"] = VaultAuthMethod.Token,
        ["approle"] = VaultAuthMethod.AppRole,
        ["kubernetes"] = VaultAuthMethod.Kubernetes,
        ["jwt"] = VaultAuthMethod.Jwt,
        ["cert"] = VaultAuthMethod.Cert,
    };

    /// <summary>Reads and validates.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    internal static VaultOptions Load(
        IConfiguration configuration,
        DeploymentEnvironment environment,
        Action<VaultOptions>? configure = null
    )
    {
        var faults = new List<string>();
        var options = Read(configuration, faults);
        if (
            options.Addresses.Count == 0
            && environment == DeploymentEnvironment.Local
            && Text(configuration, "VAULT_ADDR") is null
        )
            options.Addresses = [new Uri("http://127.0.0.1:8200")];
        configure?.Invoke(options);
        VaultOptionsRules.Check(options, environment, faults);
        return faults.Count == 0
            ? options
            : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, [.. faults.Distinct()]);
    }

    private static VaultOptions Read(IConfiguration configuration, List<string> faults)
    {
        var defaults = new VaultOptions();
        var ownProxy = Text(configuration, "VAULT_PROXY_ADDR") ?? Text(configuration, "VAULT_HTTP_PROXY");
        return new VaultOptions
        {
            Addresses = Addresses(Text(configuration, "VAULT_ADDR"), faults),
            Namespace = Text(configuration, "VAULT_NAMESPACE")?.Trim('/'),
            KvMount = Text(configuration, "VAULT_KV_MOUNT")?.Trim('/') ?? defaults.KvMount,
            CaCertificate = Text(configuration, "VAULT_CACERT"),
            CaPath = Text(configuration, "VAULT_CAPATH"),
            Proxy = Proxy(ownProxy ?? EitherCase(configuration, "HTTPS_PROXY"), faults),
            NoProxy = ownProxy is null ? EitherCase(configuration, "NO_PROXY") : null,
            ClientCertificate = Text(configuration, "VAULT_CLIENT_CERT"),
            ClientKey = Text(configuration, "VAULT_CLIENT_KEY"),
            TlsServerName = Text(configuration, "VAULT_TLS_SERVER_NAME"),
            SkipVerify = Flag(Text(configuration, "VAULT_SKIP_VERIFY"), "VAULT_SKIP_VERIFY", faults),
            AuthMethod = Method(Text(configuration, "VAULT_AUTH_METHOD"), faults),
            AuthMount = Text(configuration, "VAULT_AUTH_MOUNT")?.Trim('/'),
            Token = Secret(configuration, "VAULT_TOKEN", faults),
            TokenFile = Text(configuration, "VAULT_TOKEN_FILE"),
            RoleId = Text(configuration, "VAULT_ROLE_ID"),
            SecretId = Secret(configuration, "VAULT_SECRET_ID", faults),
            SecretIdFile = Text(configuration, "VAULT_SECRET_ID_FILE"),
            WrappedSecretId = Secret(configuration, "VAULT_WRAPPED_SECRET_ID", faults),
            Role = Text(configuration, "VAULT_ROLE"),
            JwtFile = Text(configuration, "VAULT_JWT_FILE"),
        };
    }

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name]?.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>
    /// Conventional variables exist in upper and lower case; not every configuration source ignores case.
    /// </summary>
    private static string? EitherCase(IConfiguration configuration, string name) =>
        Text(configuration, name) ?? Text(configuration, name.ToLowerInvariant());

    private static SecretValue? Secret(IConfiguration configuration, string name, List<string> faults)
    {
        if (Text(configuration, name) is not { } text)
            return null;
        try
        {
            return SecretValue.FromText(text);
        }
        catch (ArgumentException)
        {
            faults.Add($"{name} is not valid text.");
            return null;
        }
    }

    private static List<Uri> Addresses(string? text, List<string> faults)
    {
        var addresses = new List<Uri>();
        foreach (var part in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var hasScheme = part.Contains("://", StringComparison.Ordinal);
            if (Uri.TryCreate(hasScheme ? part : $"https://{part}", UriKind.Absolute, out var address))
                addresses.Add(address);
            if (!hasScheme || address is null)
                faults.Add(hasScheme ? VaultOptionsRules.AddressFault : VaultOptionsRules.SchemeFault);
        }
        return addresses;
    }

    private static Uri? Proxy(string? text, List<string> faults)
    {
        if (text is null)
            return null;
        // A proxy is often written without its scheme.
        if (
            !Uri.TryCreate(
                text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text,
                UriKind.Absolute,
                out var proxy
            )
        )
            faults.Add(VaultOptionsRules.ProxyFault);
        return proxy;
    }

    // Vault's own command reads it as Go does.
    private static bool Flag(string? text, string name, List<string> faults)
    {
        switch (text?.ToUpperInvariant())
        {
            case null or "0" or "F" or "FALSE":
                return false;
            case "1" or "T" or "TRUE":
                return true;
            default:
                faults.Add($"{name} is neither true nor false.");
                return false;
        }
    }

    private static VaultAuthMethod Method(string? text, List<string> faults)
    {
        if (text is null)
            return VaultAuthMethod.Token;
        if (s_methods.TryGetValue(text, out var method))
            return method;
        faults.Add($"VAULT_AUTH_METHOD must be one of {string.Join(", ", s_methods.Keys)}.");
        return VaultAuthMethod.Token;
    }
}
