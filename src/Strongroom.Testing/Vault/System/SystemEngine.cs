using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>
/// <c>sys/</c> of one namespace: each area in a class of its own. What needs no unsealed Vault is in <see cref="NodeStatus"/>.
/// </summary>
internal sealed class SystemEngine(VaultCore core, VaultNamespace space) : Engine
{
    /// <summary>No policy grants it: any permission below the mount is enough.</summary>
    private const string Preflight = "internal/ui/mounts/";

    private readonly SystemMounts secrets = new(space, "", core.Engines.Secrets, core.Leases);
    private readonly SystemMounts auth = new(space, "auth/", core.Engines.Auth, core.Leases);
    private readonly SystemPolicies policies = new(space);
    private readonly SystemWrapping wrapping = new(core);
    private readonly SystemLeases leases = new(core);
    private readonly SystemQuotas quotas = new(core);
    private readonly SystemAudit audit = new(core);

    public override bool IsOpen(VaultRequest request) =>
        SystemWrapping.IsOpen(request.Rest) || request.Rest.StartsWith(Preflight, StringComparison.Ordinal);

    public override bool NeedsSudo(VaultRequest request) =>
        request.Rest.StartsWith("auth/", StringComparison.Ordinal)
            && request.Operation != Operation.Read
            && !request.Rest.EndsWith("/tune", StringComparison.Ordinal)
        || request.Rest.StartsWith("leases/revoke-", StringComparison.Ordinal)
        || request.Rest.StartsWith("leases/lookup/", StringComparison.Ordinal)
        || request.Rest is "seal" or "step-down" or "audit"
        || request.Rest.StartsWith("audit/", StringComparison.Ordinal);

    public override Task<VaultResponse> HandleAsync(VaultRequest request, CancellationToken ct)
    {
        var area = request.Rest.Split('/')[0];
        return area switch
        {
            "mounts" => secrets.HandleAsync(request, After(request, area), ct),
            "auth" => auth.HandleAsync(request, After(request, area), ct),
            "leases" or "renew" or "revoke" => leases.HandleAsync(request, ct),
            _ => Task.FromResult(Handle(request, area)),
        };
    }

    private VaultResponse Handle(VaultRequest request, string area) =>
        area switch
        {
            "policies" or "policy" => policies.Handle(request),
            "capabilities-self" when request.Writes => Capabilities(request.Token!, request),
            "capabilities" when request.Writes => Capabilities(
                core.Tokens.Find(request.Fields.Required("token")) ?? throw VaultRefusal.BadRequest("invalid token"),
                request
            ),
            "internal" => Internal(request),
            "wrapping" => wrapping.Handle(request),
            "quotas" => quotas.Handle(request),
            "audit" or "audit-hash" when space.Path.Length == 0 => audit.Handle(request, After(request, area)),
            "storage" when request.Rest == "storage/raft/snapshot" && space.Path.Length == 0 => Snapshot(request),
            // The node seals itself once it is allowed.
            "seal" when request.Writes => VaultResponse.NoContent,
            "namespaces" => SystemNamespaces.Handle(core, space, request),
            _ => throw VaultRefusal.UnsupportedPath(),
        };

    private VaultResponse Snapshot(VaultRequest request)
    {
        if (request.Operation == Operation.Read)
            return new VaultResponse { Archive = core.Snapshot.Take() };
        core.Snapshot.Restore(request.Archive ?? throw VaultRefusal.BadRequest("failed to read snapshot file"));
        return VaultResponse.NoContent;
    }

    private VaultResponse Capabilities(Token token, VaultRequest request)
    {
        var paths = request.Fields.List("paths") is { Count: > 0 } many ? many : request.Fields.List("path");
        if (paths.Count == 0)
            throw VaultRefusal.BadRequest("paths must be supplied");
        var access = AccessList.Of(token);
        var data = new JsonObject();
        foreach (var path in paths)
            data[path] = new JsonArray([
                .. access.Names(space.Path[token.Namespace.Path.Length..] + path).Select(n => (JsonNode)n),
            ]);
        if (paths.Count == 1)
            data["capabilities"] = data[paths[0]]!.DeepClone();
        return new VaultResponse { Data = data, Mirrored = true };
    }

    private VaultResponse Internal(VaultRequest request)
    {
        if (request.Operation != Operation.Read || !request.Rest.StartsWith(Preflight, StringComparison.Ordinal))
            throw VaultRefusal.UnsupportedPath();
        var path = request.Rest[Preflight.Length..];
        if ((request.ClientToken is { } sent ? core.Tokens.Find(sent) : null) is not { } token || !token.Namespace.Holds(space))
            throw VaultRefusal.Denied();
        if (
            space.Mounts.Over(path) is not { } mount
            || mount.Type is "system" or "token"
            || !AccessList.Of(token).ReachesBelow(space.Path[token.Namespace.Path.Length..] + mount.Path)
        )
            throw new VaultRefusal(
                403,
                "preflight capability check returned 403, please ensure client's policies grant access to path "
                    + $"\"{path.TrimEnd('/')}/\""
            );
        var json = mount.ToJson();
        json["path"] = mount.Path;
        return VaultResponse.Of(json);
    }

    private static string After(VaultRequest request, string area) =>
        request.Rest.Length > area.Length ? request.Rest[(area.Length + 1)..] : "";
}
