using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary><c>sys/leases</c>. A token's own lease is renewed at <c>auth/token</c>, never here.</summary>
internal sealed class SystemLeases(VaultCore core)
{
    public async Task<VaultResponse> HandleAsync(VaultRequest request, CancellationToken ct)
    {
        var path = request.Rest.StartsWith("leases/", StringComparison.Ordinal) ? request.Rest["leases/".Length..] : request.Rest;
        switch (path.Split('/')[0], request.Operation)
        {
            case ("lookup", Operation.Update) when path == "lookup":
                return Lookup(Find(request, ""));
            case ("lookup", Operation.List):
                return VaultResponse.Keys(KvKeys.In(path["lookup/".Length..], core.Leases.Under("").Select(l => l.Id)));
            case ("renew", Operation.Update):
                return await RenewAsync(Find(request, path["renew".Length..]), request, ct);
            case ("revoke", Operation.Update):
                await core.Leases.RevokeAsync(Find(request, path["revoke".Length..]), ct);
                return VaultResponse.NoContent;
            case ("revoke-prefix" or "revoke-force", Operation.Update):
                foreach (var lease in core.Leases.Under(path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..]))
                    await core.Leases.RevokeAsync(lease, ct);
                return VaultResponse.NoContent;
            default:
                throw VaultRefusal.UnsupportedPath();
        }
    }

    private VaultResponse Lookup(Lease lease) =>
        VaultResponse.Of(
            new JsonObject
            {
                ["expire_time"] = GoTime.Nanoseconds(lease.ExpiresAt),
                ["id"] = lease.Id,
                ["issue_time"] = GoTime.Nanoseconds(lease.IssuedAt),
                ["last_renewal"] = lease.LastRenewal is { } renewal ? GoTime.Nanoseconds(renewal) : null,
                ["renewable"] = true,
                ["ttl"] = (long)Math.Round((lease.ExpiresAt - core.Time.GetUtcNow()).TotalSeconds),
            }
        );

    private async Task<VaultResponse> RenewAsync(Lease lease, VaultRequest request, CancellationToken ct)
    {
        var (ttl, warning) = await core.Leases.RenewAsync(lease, request.Fields.Duration("increment"), ct);
        return new VaultResponse
        {
            LeaseId = lease.Id,
            LeaseDuration = ttl,
            Renewable = true,
            Warnings = warning is null ? [] : [warning],
        };
    }

    private Lease Find(VaultRequest request, string inPath)
    {
        var id = request.Fields.Text("lease_id") is { Length: > 0 } given ? given : inPath.TrimStart('/');
        if (id.Length == 0)
            throw VaultRefusal.BadRequest("lease_id must be specified");
        return core.Leases.Find(id)
            ?? throw VaultRefusal.BadRequest(
                request.Rest.Contains("lookup", StringComparison.Ordinal) ? "invalid lease" : "lease not found"
            );
    }
}
