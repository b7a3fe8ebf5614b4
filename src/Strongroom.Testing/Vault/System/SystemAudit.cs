using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary><c>sys/audit</c> and <c>sys/audit-hash</c>: devices of the type file only.</summary>
internal sealed class SystemAudit(VaultCore core)
{
    public VaultResponse Handle(VaultRequest request, string name)
    {
        if (request.Rest.StartsWith("audit-hash/", StringComparison.Ordinal))
            return VaultResponse.Of(
                new JsonObject { ["hash"] = core.Audit.Hash($"{name.Trim('/')}/", request.Fields.Required("input")) }
            );
        if (name.Length == 0)
            return request.Operation == Operation.Read
                ? new VaultResponse { Data = core.Audit.ToJson(), Mirrored = true }
                : throw VaultRefusal.UnsupportedOperation();
        var path = $"{name.Trim('/')}/";
        switch (request.Operation)
        {
            case Operation.Create or Operation.Update:
                if (request.Fields.Required("type") != "file")
                    throw VaultRefusal.BadRequest($"unknown backend type: \"{request.Fields.Text("type")}\"");
                var options = request.Fields.TextMap("options");
                core.Audit.Enable(
                    path,
                    options?.GetValueOrDefault("file_path") ?? throw VaultRefusal.BadRequest("file_path is required"),
                    request.Fields.Text("description")
                );
                return VaultResponse.NoContent;
            case Operation.Delete:
                core.Audit.Disable(path);
                return VaultResponse.NoContent;
            default:
                throw VaultRefusal.UnsupportedOperation();
        }
    }
}
