using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Strongroom.Testing;

/// <summary>
/// The options of a <see cref="VaultServer"/>. Everything else is configured over its HTTP API, as in a real Vault.
/// </summary>
public sealed class VaultServerOptions
{
    /// <summary>The port on 127.0.0.1. Default 0: a free one, reported by <see cref="VaultServer.Url"/>.</summary>
    public int Port { get; set; }

    /// <summary>The value of <c>DEPLOYMENT_ENV</c>. Default null: unset. Anything but local or test refuses the start.</summary>
    public string? DeploymentEnvironment { get; set; }

    /// <summary>The root token. Default null: a random one, reported by <see cref="VaultServer.RootToken"/>.</summary>
    public string? RootToken { get; set; }

    /// <summary>The release that it imitates where servers differ. Default <see cref="VaultRelease.Current"/>.</summary>
    public VaultRelease Release { get; set; } = VaultRelease.Current;

    /// <summary>
    /// The server's certificate with its key. Default null: plain http. Set, it speaks https and asks for a client certificate,
    /// which only certificate logins need.
    /// </summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>
    /// Whether requests without <c>X-Vault-Request: true</c> are refused with 412, as agents do that guard against forged
    /// requests. Default false.
    /// </summary>
    public bool RequireRequestHeader { get; set; }

    /// <summary>The clock of tokens, leases, versions, quotas and faults. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the server's own log lines go. Default null: nowhere.</summary>
    public ILoggerProvider? LoggerProvider { get; set; }

    internal void Validate()
    {
        if (DeploymentEnvironment is not (null or "" or "local" or "test"))
            throw new InvalidOperationException(
                $"The in-process Vault does not start where DEPLOYMENT_ENV is '{DeploymentEnvironment}': it keeps secrets in "
                    + "plain memory. "
                    + "Unset DEPLOYMENT_ENV, or set it to local or test."
            );
        List<string> faults = [];
        if (Port is < 0 or > 65535)
            faults.Add($"{nameof(Port)} is between 0 and 65535");
        if (RootToken is not null && (RootToken.Length == 0 || RootToken.Any(c => c is <= ' ' or > '~')))
            faults.Add($"{nameof(RootToken)} is visible ASCII and not empty");
        if (!Enum.IsDefined(Release))
            faults.Add($"{nameof(Release)} is one of {string.Join(", ", Enum.GetNames<VaultRelease>())}");
        if (Certificate is { HasPrivateKey: false })
            faults.Add($"{nameof(Certificate)} has its private key");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(VaultServerOptions)}: {string.Join("; ", faults)}.");
    }
}
