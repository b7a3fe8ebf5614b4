namespace Strongroom.Vault.Transport;

/// <summary>Turns what Vault or the network did into our error, in our own words.</summary>
internal static class VaultErrors
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(100);

    /// <summary>The error of a status that says that Vault cannot answer now, or null: the answer is about the request.</summary>
    internal static SecretUnavailableException? Of(VaultReply reply, Uri address, VaultRequest request) =>
        reply.Status switch
        {
            412 => Unreachable(address, request, "does not have the requested state yet (412)", s_soon),
            472 or 473 or 474 => Unreachable(
                address,
                request,
                $"is a standby or a replica that does not answer reads ({reply.Status}); name the active one in VAULT_ADDR too"
            ),
            501 => Unreachable(address, request, "is not initialised (501); run 'vault operator init'"),
            503 => new SecretUnavailableException(
                SecretErrorCode.Sealed,
                $"Vault at {Show(address)} is sealed or in maintenance (503){About(request)}. Unseal it: 'vault operator "
                    + "unseal'.",
                request.About,
                VaultDefaults.BackendName
            ),
            >= 500 => Unreachable(address, request, $"failed ({reply.Status}); see its log"),
            _ => null,
        };

    internal static SecretUnavailableException Throttled(VaultRequest request, TimeSpan wait) =>
        new(
            SecretErrorCode.Throttled,
            $"Vault throttles requests{About(request)}; none are sent for {Math.Ceiling(wait.TotalSeconds):0} s. Check its "
                + "rate limit quotas if this persists.",
            request.About,
            VaultDefaults.BackendName,
            retryAfter: wait
        );

    internal static SecretUnavailableException TimedOut(Uri address, VaultRequest request) =>
        new(
            SecretErrorCode.TimedOut,
            $"Vault at {Show(address)} did not respond in time{About(request)}. A blocked audit device can cause this even while "
                + "its health check succeeds.",
            request.About,
            VaultDefaults.BackendName
        );

    internal static SecretUnavailableException Unreachable(
        Uri address,
        VaultRequest request,
        string what,
        TimeSpan? retryAfter = null
    ) =>
        new(
            SecretErrorCode.Unreachable,
            $"Vault at {Show(address)} {what}{About(request)}.",
            request.About,
            VaultDefaults.BackendName,
            retryAfter: retryAfter
        );

    /// <summary>
    /// What kept a request from arriving. The handler wraps whatever our own way of connecting throws, and calls it no
    /// connection.
    /// </summary>
    internal static HttpRequestError KindOf(HttpRequestException error) =>
        (error.InnerException as HttpRequestException ?? error).HttpRequestError;

    internal static SecretUnavailableException Unreachable(Uri address, VaultRequest request, HttpRequestError error) =>
        Unreachable(
            address,
            request,
            error switch
            {
                HttpRequestError.NameResolutionError =>
                    "cannot be resolved, or resolves to an address that no token is sent to (link-local, or not loopback "
                        + "with http); check VAULT_ADDR and DNS",
                HttpRequestError.ConnectionError => "accepts no connections; check VAULT_ADDR and that the server is running",
                HttpRequestError.SecureConnectionError =>
                    "has a certificate that is expired, for another name, or from an untrusted authority, or requires a "
                        + "client certificate; check VAULT_CACERT, VAULT_TLS_SERVER_NAME and VAULT_CLIENT_CERT",
                HttpRequestError.ProxyTunnelError =>
                    "cannot be reached through the proxy that VAULT_PROXY_ADDR, VAULT_HTTP_PROXY or HTTPS_PROXY names: the "
                        + "proxy is unreachable or refuses the tunnel",
                _ => "closed the connection",
            }
        );

    /// <summary>An answer that no retry changes: the request does not fit what is there.</summary>
    internal static SecretException Misfit(VaultReply reply, VaultRequest request) =>
        new SecretConfigurationException(
            SecretErrorCode.SettingInvalid,
            $"Vault rejected this request ({reply.Status}){About(request)}. Check VAULT_KV_MOUNT, VAULT_AUTH_MOUNT and "
                + "VAULT_NAMESPACE: they must match what is mounted.",
            request.About,
            VaultDefaults.BackendName
        );

    private static string About(VaultRequest request) => request.About is { } name ? $" ('{name}')" : "";

    private static string Show(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
