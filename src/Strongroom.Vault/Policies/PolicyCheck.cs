using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Kv;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Policies;

/// <summary>
/// Compares the generated policy with <c>sys/capabilities-self</c>, and where that is denied with what reading shows.
/// </summary>
internal sealed class PolicyCheck(AuthorizedClient client, KvPaths paths, MountLookup lookup, string @namespace)
{
    /// <summary>So that neither a request nor an answer grows with what is declared.</summary>
    private const int MostPaths = 500;

    internal async ValueTask<PolicyReport> RunAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    )
    {
        var version = await lookup.AskAsync(ct).ConfigureAwait(false) == MountKind.Version1 ? 1 : 2;
        var wanted = VaultPolicy
            .Lines(declaration, @namespace, paths.Mount, version)
            .ToDictionary(line => line.Path, line => line.Capabilities, StringComparer.Ordinal);
        var questions = new PolicyQuestions(paths, version, @namespace);
        questions.Add(declaration, others);
        foreach (var path in wanted.Keys)
            questions.Add(path, under: null);
        var found = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var some in questions.Paths.Chunk(MostPaths))
        {
            if (!await TryAskAsync(some, found, ct).ConfigureAwait(false))
                return await new PolicyReadProbe(client, paths).RunAsync(wanted, questions.Harmless, ct).ConfigureAwait(false);
        }
        return Compare(wanted, questions, found);
    }

    private async ValueTask<bool> TryAskAsync(string[] some, Dictionary<string, string[]> found, CancellationToken ct)
    {
        using var body = WireBody.Paths(some);
        using var reply = await client
            .SendAsync(VaultRequest.Post("sys/capabilities-self", body) with { IsRepeatable = true }, ct)
            .ConfigureAwait(false);
        if (reply.Status == 403)
            return false;
        if (!reply.IsSuccess)
            throw VaultErrors.Misfit(reply, VaultRequest.Post("sys/capabilities-self", null));
        var data = VaultReply.Object(reply.Root, "data");
        foreach (var path in some)
        {
            found[path] =
                data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty(path, out var list)
                && list.ValueKind == JsonValueKind.Array
                    ? [.. list.EnumerateArray().Select(one => one.GetString() ?? "").Where(one => one is not ("deny" or ""))]
                    : [];
        }
        return true;
    }

    private static PolicyReport Compare(
        Dictionary<string, IReadOnlyList<string>> wanted,
        PolicyQuestions questions,
        Dictionary<string, string[]> found
    )
    {
        var missing = new List<PolicyPermission>();
        var tooMuch = new List<PolicyPermission>();
        foreach (var path in questions.Paths.Order(StringComparer.Ordinal))
        {
            var needed = wanted.GetValueOrDefault(path, []);
            var has = found[path];
            var isRoot = has.Contains("root", StringComparer.Ordinal);
            Add(missing, path, needed.Where(one => !isRoot && !has.Contains(one, StringComparer.Ordinal)));
            // What a wildcard grants is reported once, at its root.
            Add(
                tooMuch,
                path,
                has.Except(needed, StringComparer.Ordinal)
                    .Except(questions.Above(path).SelectMany(above => found[above]), StringComparer.Ordinal)
            );
        }
        return new PolicyReport(missing, tooMuch);
    }

    private static void Add(List<PolicyPermission> lines, string path, IEnumerable<string> capabilities)
    {
        string[] sorted = [.. capabilities.Order(StringComparer.Ordinal)];
        if (sorted.Length > 0)
            lines.Add(new PolicyPermission(path, sorted));
    }
}
