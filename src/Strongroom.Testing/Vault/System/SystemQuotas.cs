using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary><c>sys/quotas</c>.</summary>
internal sealed class SystemQuotas(VaultCore core)
{
    public VaultResponse Handle(VaultRequest request) =>
        request.Rest.Split('/') switch
        {
            ["quotas", "config"] => Config(request),
            ["quotas", "rate-limit"] or ["quotas", "rate-limit", ""] when request.Operation == Operation.List =>
                VaultResponse.Keys(core.Quotas.Names),
            ["quotas", "rate-limit", { Length: > 0 } name] => One(request, name),
            _ => throw VaultRefusal.UnsupportedPath(),
        };

    private VaultResponse Config(VaultRequest request)
    {
        if (request.Operation == Operation.Read)
            return VaultResponse.Of(
                new JsonObject
                {
                    ["enable_rate_limit_audit_logging"] = false,
                    ["enable_rate_limit_response_headers"] = core.Quotas.TellsHeaders,
                    ["rate_limit_exempt_paths"] = new JsonArray([.. core.Quotas.ExemptPaths.Select(p => (JsonNode)p)]),
                }
            );
        core.Quotas.TellsHeaders = request.Fields.Flag("enable_rate_limit_response_headers", core.Quotas.TellsHeaders);
        if (request.Fields.Has("rate_limit_exempt_paths"))
            core.Quotas.ExemptPaths = request.Fields.List("rate_limit_exempt_paths");
        return VaultResponse.NoContent;
    }

    private VaultResponse One(VaultRequest request, string name)
    {
        switch (request.Operation)
        {
            case Operation.Read:
                return VaultResponse.Of((core.Quotas.Find(name) ?? throw VaultRefusal.NotFound()).ToJson());
            case Operation.Delete:
                core.Quotas.Remove(name);
                return VaultResponse.NoContent;
            case Operation.Create or Operation.Update:
                var fields = request.Fields;
                if (fields.Rate("rate") <= 0)
                    throw VaultRefusal.BadRequest("'rate' is invalid");
                var (space, rest) = core.Namespaces.Resolve(request.Namespace.Path, fields.Text("path"));
                if (rest.Length > 0 && space.Mounts.Over(rest) is null)
                    throw VaultRefusal.BadRequest($"invalid mount path \"{rest}\"");
                var interval = fields.DurationOrNull("interval") ?? TimeSpan.FromSeconds(1);
                core.Quotas.Put(
                    new RateQuota(name, space.Path + rest, fields.Rate("rate"), interval, fields.Duration("block_interval"))
                );
                return VaultResponse.NoContent;
            default:
                throw VaultRefusal.UnsupportedOperation();
        }
    }
}
