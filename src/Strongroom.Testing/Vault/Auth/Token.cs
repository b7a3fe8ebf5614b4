using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>A token as the store keeps it. Changed under the store's lock only.</summary>
internal sealed class Token
{
    public required string Id { get; init; }

    public required TokenRequest Request { get; init; }

    public required IReadOnlyList<string> Policies { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required TimeSpan CreationTtl { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? LastRenewal { get; set; }

    /// <summary>0: as many as you like; below 0: spent.</summary>
    public int UsesLeft { get; set; }

    public string Accessor { get; } = TokenText.Letters(24);

    /// <summary>Ends it when it ends itself; null of an orphan.</summary>
    public required Token? Parent { get; set; }

    public List<Token> Children { get; } = [];

    public VaultNamespace Namespace => Request.Namespace;

    public bool IsRoot => Policies is ["root"];

    public bool Renewable => Request.Renewable && !Request.Batch && ExpiresAt is not null;

    public string Type => Request.Batch ? "batch" : "service";

    public bool Orphan => Parent is null;

    public TimeSpan Left(DateTimeOffset now) => ExpiresAt is { } end ? end - now : TimeSpan.Zero;

    /// <summary>As logins and renewals tell it.</summary>
    public JsonObject ToAuth(TimeSpan ttl) =>
        new()
        {
            ["client_token"] = Id,
            ["accessor"] = Request.Batch ? "" : Accessor,
            ["policies"] = Names(Policies),
            ["token_policies"] = Names(Policies),
            ["metadata"] = Map(Request.Metadata),
            ["lease_duration"] = (long)ttl.TotalSeconds,
            ["renewable"] = Renewable,
            ["entity_id"] = Request.EntityId,
            ["token_type"] = Type,
            ["orphan"] = Orphan,
            ["num_uses"] = Math.Max(0, UsesLeft),
        };

    /// <summary>As a look-up tells it.</summary>
    public JsonObject ToLookup(DateTimeOffset now)
    {
        var json = new JsonObject
        {
            ["accessor"] = Request.Batch ? "" : Accessor,
            ["creation_time"] = IssuedAt.ToUnixTimeSeconds(),
            ["creation_ttl"] = (long)CreationTtl.TotalSeconds,
            ["display_name"] = Request.DisplayName,
            ["entity_id"] = Request.EntityId,
            ["expire_time"] = ExpiresAt is { } end ? GoTime.Nanoseconds(end) : null,
            ["explicit_max_ttl"] = (long)Request.ExplicitMaxTtl.TotalSeconds,
            ["id"] = Id,
            ["issue_time"] = GoTime.Nanoseconds(IssuedAt),
            ["meta"] = Map(Request.Metadata),
            ["num_uses"] = Math.Max(0, UsesLeft),
            ["orphan"] = Orphan,
            ["path"] = Request.Path,
            ["policies"] = Names(Policies),
            ["renewable"] = Renewable,
            ["ttl"] = (long)Left(now).TotalSeconds,
            ["type"] = Type,
        };
        if (Request.Period > TimeSpan.Zero)
            json["period"] = (long)Request.Period.TotalSeconds;
        if (LastRenewal is { } renewal)
            (json["last_renewal"], json["last_renewal_time"]) = (GoTime.Nanoseconds(renewal), renewal.ToUnixTimeSeconds());
        if (Namespace.Path.Length > 0)
            json["namespace_path"] = Namespace.Path;
        return json;
    }

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(n => (JsonNode)n)]);

    private static JsonObject? Map(IReadOnlyDictionary<string, string>? map) =>
        map is null ? null : new JsonObject(map.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value)));
}
