using Strongroom.Backends;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Kv;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Policies;

/// <summary>
/// The check for a token without access to its capabilities. It reads what the service reads anyway, and paths without a secret.
/// Anything else cannot be known without doing it, and is reported as unchecked.
/// </summary>
internal sealed class PolicyReadProbe(AuthorizedClient client, KvPaths paths)
{
    internal async ValueTask<PolicyReport> RunAsync(
        IReadOnlyDictionary<string, IReadOnlyList<string>> wanted,
        IReadOnlyList<string> harmless,
        CancellationToken ct
    )
    {
        var missing = new List<PolicyPermission>();
        var notAsked = new List<PolicyPermission> { new("sys/capabilities-self", ["update"]) };
        foreach (var (path, needed) in wanted.OrderBy(line => line.Key, StringComparer.Ordinal))
        {
            if (needed.Contains("read") && !await MayReadAsync(path, ct).ConfigureAwait(false))
                missing.Add(new PolicyPermission(path, ["read"]));
            if (needed.Where(one => one != "read").ToList() is { Count: > 0 } others)
                notAsked.Add(new PolicyPermission(path, others));
        }
        var tooMuch = new List<PolicyPermission>();
        foreach (var path in harmless)
        {
            if (await MayReadAsync(path, ct).ConfigureAwait(false))
                tooMuch.Add(new PolicyPermission(path, ["read"]));
        }
        return new PolicyReport(missing, tooMuch) { Unchecked = notAsked };
    }

    /// <summary>That nothing is there is an answer too; only a denial is none.</summary>
    private async ValueTask<bool> MayReadAsync(string path, CancellationToken ct)
    {
        using var reply = await client
            .AskAsync(VaultRequest.Get(paths.MountUrl + path[paths.Mount.Length..]), ct)
            .ConfigureAwait(false);
        return reply.Status is 200 or 404;
    }
}
