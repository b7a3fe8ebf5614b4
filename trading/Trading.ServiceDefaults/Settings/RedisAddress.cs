using System.Net;
using Strongroom;

namespace Trading.ServiceDefaults;

/// <summary>A Redis server. The password is no part of it: it comes from the secrets manager as <c>redis/password</c>.</summary>
/// <param name="Host">The host.</param>
/// <param name="Port">The port.</param>
/// <param name="Tls">Whether TLS is used; always true off loopback.</param>
/// <param name="User">The ACL user, or null for the default one.</param>
/// <param name="Database">The database's number.</param>
public sealed record RedisAddress(string Host, int Port, bool Tls, string? User, int Database)
{
    internal bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>For messages and for comparison with <c>sendTo</c>.</summary>
    internal Uri Origin => new UriBuilder(Tls ? "rediss" : "redis", Host, Port).Uri;

    internal static RedisAddress? Read(string text, DeploymentEnvironment environment, ICollection<string> faults)
    {
        var before = faults.Count;
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("redis" or "rediss")
            || uri.Host.Length == 0
            || uri.Query.Length > 0
        )
        {
            faults.Add("REDIS_URL is not an address such as rediss://redis.internal:6379/0.");
            return null;
        }
        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            faults.Add(
                environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test
                    ? "REDIS_URL holds a password. Take it out and put it into the secrets manager as redis/password "
                        + "(REDIS_PASSWORD in .env)."
                    : "REDIS_URL holds a password, which plain configuration must not. Take it out, change it, and store the "
                        + "new one as redis/password."
            );
        }
        var database = 0;
        if (
            uri.AbsolutePath is not ("" or "/")
            && !int.TryParse(uri.AbsolutePath.AsSpan(1), System.Globalization.NumberStyles.None, null, out database)
        )
            faults.Add("REDIS_URL's path is the database's number, such as /0.");
        var user = Uri.UnescapeDataString(uri.UserInfo);
        var address = new RedisAddress(
            uri.IdnHost.Trim('[', ']'),
            uri.Port > 0 ? uri.Port : 6379,
            uri.Scheme == "rediss",
            user.Length > 0 ? user : null,
            database
        );
        if (!address.Tls && !address.IsLoopback)
            faults.Add(
                "REDIS_URL is plain redis:// to another machine, which would show the password to the network. Use rediss://."
            );
        return faults.Count == before ? address : null;
    }
}
