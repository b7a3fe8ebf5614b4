using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary><c>sys/namespaces</c>: tenants below the request's own.</summary>
internal static class SystemNamespaces
{
    public static VaultResponse Handle(VaultCore core, VaultNamespace space, VaultRequest request)
    {
        var name = request.Rest["namespaces".Length..].Trim('/');
        var path = $"{space.Path}{name}/";
        switch (name.Length > 0, request.Operation)
        {
            case (false, Operation.List):
                return VaultResponse.Keys(core.Namespaces.Below(space).Select(n => n.Path[space.Path.Length..]));
            case (true, Operation.Create or Operation.Update):
                var made = core.Namespaces.Add(path);
                core.Engines.Equip(made);
                return Told(made);
            case (true, Operation.Read):
                return Told(core.Namespaces.At(path) ?? throw VaultRefusal.NotFound());
            case (true, Operation.Delete):
                core.Namespaces.Remove(path);
                return VaultResponse.NoContent;
            default:
                throw VaultRefusal.UnsupportedOperation();
        }
    }

    private static VaultResponse Told(VaultNamespace space) =>
        VaultResponse.Of(new JsonObject { ["id"] = space.Id, ["path"] = space.Path });
}
