using System.Text;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary><c>sys/policies/acl</c>, and <c>sys/policy</c> as it was before.</summary>
internal sealed class SystemPolicies(VaultNamespace space)
{
    public VaultResponse Handle(VaultRequest request)
    {
        var old = request.Rest.StartsWith("policy", StringComparison.Ordinal);
        var prefix = old ? "policy" : "policies/acl";
        if (!$"{request.Rest}/".StartsWith(prefix + "/", StringComparison.Ordinal))
            throw VaultRefusal.UnsupportedPath();
        var name = request.Rest[prefix.Length..].Trim('/').ToLowerInvariant();
        return (name.Length > 0, request.Operation) switch
        {
            (false, Operation.List) or (false, Operation.Read) when old || request.Operation == Operation.List => All(old),
            (true, Operation.Read) => Read(name, old),
            (true, Operation.Create or Operation.Update) => Write(name, request.Fields),
            (true, Operation.Delete) => Remove(name),
            _ => throw VaultRefusal.UnsupportedOperation(),
        };
    }

    private VaultResponse All(bool old)
    {
        var data = new JsonObject { ["keys"] = Names() };
        if (old)
            data["policies"] = Names();
        return new VaultResponse { Data = data, Mirrored = old };

        JsonArray Names() => new([.. space.Policies.Names.Select(n => (JsonNode)n)]);
    }

    private VaultResponse Read(string name, bool old)
    {
        var text = space.Policies.Find(name)?.Text ?? (name == "root" ? "" : throw VaultRefusal.NotFound());
        return new VaultResponse
        {
            Data = new JsonObject { ["name"] = name, [old ? "rules" : "policy"] = text },
            Mirrored = old,
        };
    }

    private VaultResponse Write(string name, Fields fields)
    {
        var text = fields.Text("policy", fields.Text("rules"));
        if (text.Length == 0)
            throw VaultRefusal.BadRequest("'policy' parameter not supplied or empty");
        space.Policies.Put(name, Decoded(text));
        return VaultResponse.NoContent;
    }

    private VaultResponse Remove(string name)
    {
        space.Policies.Remove(name);
        return VaultResponse.NoContent;
    }

    // Policies may be sent in base64.
    private static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : text;
    }
}
