using System.Text.Json;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Kv;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Policies;

/// <summary>Compares the generated policy with <c>sys/capabilities-self</c>.</summary>
internal sealed class PolicyCheck(AuthorizedClient client, KvPaths paths, string @namespace)
{
    /// <summary>A place that no declaration can name, since no secret name holds a tilde: whoever may go there has a wildcard.</summary>
    private const string Undeclared = "strongroom~undeclared";

    internal async ValueTask<PolicyReport> RunAsync(SecretDeclaration declaration, CancellationToken ct)
    {
        var wanted = VaultPolicy.Lines(declaration, @namespace, paths.Mount).ToDictionary(line => line.Path, line => line.Capabilities, StringComparer.Ordinal);
        foreach (var path in declaration.Secrets.Select(secret => @namespace + secret.At.Path).Append(@namespace + Undeclared).Distinct(StringComparer.Ordinal))
        {
            foreach (var area in (string[])["data", "delete", "undelete", "destroy", "metadata"])
                wanted.TryAdd(paths.Policy(area, path), []);
        }
        wanted.TryAdd(paths.Policy("data", Undeclared), []);
        wanted.TryAdd("sys/policies/acl/strongroom~undeclared", []);

        using var body = WireBody.Paths(wanted.Keys);
        using var reply = await client.SendAsync(VaultRequest.Post("sys/capabilities-self", body) with { IsRepeatable = true }, ct).ConfigureAwait(false);
        if (reply.Status == 403)
            throw KvErrors.Denied(declaration.Secrets[0].Name, new PolicyLine("sys/capabilities-self", ["update"]));
        if (!reply.IsSuccess)
            throw VaultFaults.Misfit(reply, VaultRequest.Post("sys/capabilities-self", null));
        return Compare(wanted, VaultReply.Object(reply.Root, "data"));
    }

    internal static PolicyReport Compare(IReadOnlyDictionary<string, IReadOnlyList<string>> wanted, JsonElement found)
    {
        var missing = new List<PolicyLine>();
        var tooMuch = new List<PolicyLine>();
        foreach (var (path, needed) in wanted.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            string[] has = found.ValueKind == JsonValueKind.Object && found.TryGetProperty(path, out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(one => one.GetString() ?? "").Where(one => one is not ("deny" or ""))]
                : [];
            var isRoot = has.Contains("root", StringComparer.Ordinal);
            Add(missing, path, needed.Where(one => !isRoot && !has.Contains(one, StringComparer.Ordinal)));
            Add(tooMuch, path, has.Except(needed, StringComparer.Ordinal));
        }
        return new PolicyReport(missing, tooMuch);
    }

    private static void Add(List<PolicyLine> lines, string path, IEnumerable<string> capabilities)
    {
        string[] sorted = [.. capabilities.Order(StringComparer.Ordinal)];
        if (sorted.Length > 0)
            lines.Add(new PolicyLine(path, sorted));
    }
}
