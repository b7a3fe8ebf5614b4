using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>A secret with its versions.</summary>
internal sealed class KvV2Secret
{
    private readonly DateTimeOffset createdAt;
    private readonly SortedDictionary<int, KvV2Version> versions = [];
    private int oldest;
    private DateTimeOffset updatedAt;

    public KvV2Secret(DateTimeOffset createdAt) => this.createdAt = updatedAt = createdAt;

    public KvV2Settings Settings { get; set; } = new();

    /// <summary>Null until it is set.</summary>
    public JsonObject? CustomMetadata { get; set; }

    public int Current { get; private set; }

    public KvV2Version? Version(int number) => versions.GetValueOrDefault(number == 0 ? Current : number);

    public KvV2Version Add(JsonObject data, DateTimeOffset now, KvV2Settings mount)
    {
        var version = new KvV2Version(data, now);
        if (KvV2Settings.Life(Settings, mount) is { } life)
            version.DeletedAt = now + life;
        versions.Add(++Current, version);
        updatedAt = now;
        var keep = KvV2Settings.Versions(Settings, mount);
        foreach (var tooOld in versions.Keys.Where(n => n <= Current - keep).ToList())
        {
            versions.Remove(tooOld);
            oldest = tooOld + 1;
        }
        return version;
    }

    /// <summary>All of it but its settings.</summary>
    public JsonObject Export() =>
        new()
        {
            ["created"] = createdAt,
            ["updated"] = updatedAt,
            ["current"] = Current,
            ["oldest"] = oldest,
            ["custom"] = CustomMetadata?.DeepClone(),
            ["versions"] = new JsonObject(
                versions.Select(v =>
                    KeyValuePair.Create(
                        v.Key.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        (JsonNode?)v.Value.Export()
                    )
                )
            ),
        };

    public static KvV2Secret Import(JsonObject json)
    {
        var secret = new KvV2Secret(json["created"]!.GetValue<DateTimeOffset>())
        {
            updatedAt = json["updated"]!.GetValue<DateTimeOffset>(),
            Current = json["current"]!.GetValue<int>(),
            oldest = json["oldest"]!.GetValue<int>(),
            CustomMetadata = json["custom"]?.DeepClone().AsObject(),
        };
        foreach (var (number, version) in json["versions"]!.AsObject())
            secret.versions.Add(
                int.Parse(number, System.Globalization.CultureInfo.InvariantCulture),
                KvV2Version.Import(version!.AsObject())
            );
        return secret;
    }

    public JsonObject ToJson(bool withCustom)
    {
        var json = new JsonObject
        {
            ["created_time"] = GoTime.Nanoseconds(createdAt),
            ["current_version"] = Current,
            ["oldest_version"] = oldest,
            ["updated_time"] = GoTime.Nanoseconds(updatedAt),
            ["versions"] = new JsonObject(
                versions.Select(v =>
                    KeyValuePair.Create(
                        v.Key.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        (JsonNode?)v.Value.ToJson()
                    )
                )
            ),
        };
        Settings.WriteTo(json);
        if (withCustom)
            json["custom_metadata"] = CustomMetadata?.DeepClone();
        return json;
    }
}
