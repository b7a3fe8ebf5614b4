using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>What an engine answers: the parts of Vault's envelope, or a body that has none.</summary>
internal sealed class VaultResponse
{
    public int Status { get; init; } = 200;

    public JsonObject? Data { get; init; }

    public JsonObject? Auth { get; init; }

    public string LeaseId { get; init; } = "";

    public TimeSpan LeaseDuration { get; init; }

    public bool Renewable { get; init; }

    public List<string> Warnings { get; init; } = [];

    /// <summary>The whole body, in place of the envelope.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>Bytes, in place of JSON.</summary>
    public byte[]? Archive { get; init; }

    /// <summary>Whether the data's members are also top-level members, as on older paths of <c>sys/</c>.</summary>
    public bool Mirrored { get; init; }

    public static VaultResponse NoContent { get; } = new() { Status = 204 };

    public static VaultResponse Of(JsonObject data) => new() { Data = data };

    public static VaultResponse Keys(IEnumerable<string> keys)
    {
        var list = new JsonArray([.. keys.Select(k => (JsonNode)k)]);
        return list.Count == 0 ? throw VaultRefusal.NotFound() : Of(new JsonObject { ["keys"] = list });
    }

    public JsonObject ToJson(string requestId)
    {
        if (Body is not null)
            return Body;
        var json = new JsonObject
        {
            ["request_id"] = requestId,
            ["lease_id"] = LeaseId,
            ["renewable"] = Renewable,
            ["lease_duration"] = (long)LeaseDuration.TotalSeconds,
            ["data"] = Data?.DeepClone(),
            ["wrap_info"] = null,
            ["warnings"] = Warnings.Count == 0 ? null : new JsonArray([.. Warnings.Select(w => (JsonNode)w)]),
            ["auth"] = Auth?.DeepClone(),
        };
        if (Mirrored && Data is not null)
            foreach (var (name, value) in Data)
                json.TryAdd(name, value?.DeepClone());
        return json;
    }
}
