using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>One version of a secret.</summary>
internal sealed class KvV2Version(JsonObject data, DateTimeOffset createdAt)
{
    public JsonObject? Data { get; private set; } = data;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>May lie ahead.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public bool Destroyed { get; private set; }

    public bool IsReadable(DateTimeOffset now) => !Destroyed && !(DeletedAt <= now);

    public void Destroy() => (Data, Destroyed) = (null, true);

    public JsonObject Export() =>
        new()
        {
            ["data"] = Data?.DeepClone(),
            ["created"] = CreatedAt,
            ["deleted"] = DeletedAt,
            ["destroyed"] = Destroyed,
        };

    public static KvV2Version Import(JsonObject json) =>
        new(json["data"]?.DeepClone().AsObject() ?? [], json["created"]!.GetValue<DateTimeOffset>())
        {
            DeletedAt = json["deleted"]?.GetValue<DateTimeOffset>(),
            Destroyed = json["destroyed"]!.GetValue<bool>(),
        };

    public JsonObject ToJson() =>
        new()
        {
            ["created_time"] = GoTime.Nanoseconds(CreatedAt),
            ["deletion_time"] = GoTime.NanosecondsOrEmpty(DeletedAt),
            ["destroyed"] = Destroyed,
        };
}
