using System.Net;
using System.Net.Sockets;

namespace Strongroom.AspNetCore;

/// <summary>
/// Decides whether a credential may be sent to an address: only to the origins that its declaration names, and over TLS. In local
/// and test, loopback counts as named, and plain http to it is allowed.
/// </summary>
public sealed class CredentialBinding
{
    private static readonly IPAddress s_ec2MetadataV6 = IPAddress.Parse("fd00:ec2::254");

    private readonly Uri[] _origins;
    private readonly bool _loopbackIsNamed;
    private readonly string _names;

    /// <summary>Creates the binding of secrets that are sent together, to the origins that each of them names.</summary>
    /// <exception cref="SecretConfigurationException">One of the names is not declared.</exception>
    public CredentialBinding(SecretDeclaration declaration, IReadOnlyList<SecretName> names, DeploymentEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        ArgumentNullException.ThrowIfNull(names);
        var declared = names
            .Select(name =>
                declaration.Find(name)
                ?? throw new SecretConfigurationException(
                    SecretErrorCode.DeclarationInvalid,
                    $"'{name}' is sent to a server but not declared. Declare it in secrets.json with its sendTo.",
                    name
                )
            )
            .ToList();
        _origins =
            declared.Count == 0
                ? []
                :
                [
                    .. declared[0]
                        .SendTo.Where(origin =>
                            declared.TrueForAll(secret => secret.SendTo.Any(other => SameOrigin(other, origin)))
                        ),
                ];
        _loopbackIsNamed = environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;
        _names = string.Join(", ", names);
    }

    /// <summary>Throws unless the credential may be sent to <paramref name="uri"/>.</summary>
    /// <exception cref="SecretRefusedException">It may not (<see cref="SecretErrorCode.HostNotBound"/>).</exception>
    public void Require(Uri? uri)
    {
        if (FindProblem(uri) is { } problem)
            throw new SecretRefusedException(SecretErrorCode.HostNotBound, $"{_names}: {problem}");
    }

    /// <summary>
    /// Returns why the credential may not be sent there, without quoting more than the host; null where it may.
    /// </summary>
    public string? FindProblem(Uri? uri)
    {
        if (uri is null || !uri.IsAbsoluteUri || uri.Scheme is not ("https" or "http"))
            return "a credential is sent to http(s) addresses only.";
        if (uri.UserInfo.Length > 0)
            return "the address holds a user or password. Remove it: credentials come from the secrets manager.";
        if (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var ip) && IsForbidden(ip))
            return $"{uri.IdnHost} is a link-local or unspecified address, where a cloud's metadata service may answer. No "
                + "credential is sent there.";
        var loopback = IsLoopback(uri);
        if (uri.Scheme == "http" && !loopback)
            return $"plain http to {uri.IdnHost} would show the credential to the network. Use https.";
        if (loopback && _loopbackIsNamed)
            return null;
        if (_origins.Any(origin => SameOrigin(origin, uri)))
            return null;
        var origins = _origins.Select(origin => origin.GetLeftPart(UriPartial.Authority));
        var named = _origins.Length == 0 ? "" : $" ({string.Join(", ", origins)})";
        return $"{uri.IdnHost} is not among the origins that sendTo names in secrets.json{named}.";
    }

    internal static bool IsLoopback(Uri uri) =>
        string.Equals(uri.IdnHost, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var ip) && IsLoopback(ip));

    internal static bool IsLoopback(IPAddress ip) => IPAddress.IsLoopback(Unmapped(ip));

    /// <summary>
    /// Clouds serve metadata from link-local addresses; the unspecified address connects to the local machine.
    /// </summary>
    internal static bool IsForbidden(IPAddress address)
    {
        var ip = Unmapped(address);
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            return ip.IsIPv6LinkLocal || ip.Equals(IPAddress.IPv6Any) || ip.Equals(s_ec2MetadataV6);
        Span<byte> bytes = stackalloc byte[4];
        return !ip.TryWriteBytes(bytes, out _) || bytes is [169, 254, ..] or [0, ..];
    }

    private static IPAddress Unmapped(IPAddress ip) => ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;

    private static bool SameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme
        && left.Port == right.Port
        && string.Equals(left.IdnHost, right.IdnHost, StringComparison.OrdinalIgnoreCase);
}
