using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>
/// An engine at a path below the namespace, with a slash at its end; an auth method's starts with <c>auth/</c>.
/// </summary>
internal sealed record Mount(
    string Path,
    string Type,
    Engine Engine,
    string Description,
    IReadOnlyDictionary<string, string>? Options
)
{
    private readonly string uuid = Guid.NewGuid().ToString();

    public string Accessor { get; } =
        $"{(Path.StartsWith("auth/", StringComparison.Ordinal) ? "auth_" : "")}{Type}_{TokenText.Hex(8)}";

    public TimeSpan DefaultTtl { get; set; }

    public TimeSpan MaxTtl { get; set; }

    public LockoutSettings Lockout { get; set; } = new();

    public JsonObject ToJson() =>
        new()
        {
            ["accessor"] = Accessor,
            ["config"] = new JsonObject
            {
                ["default_lease_ttl"] = (long)DefaultTtl.TotalSeconds,
                ["force_no_cache"] = false,
                ["max_lease_ttl"] = (long)MaxTtl.TotalSeconds,
            },
            ["description"] = Description,
            ["external_entropy_access"] = false,
            ["local"] = false,
            ["options"] = Options is null
                ? null
                : new JsonObject(Options.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))),
            ["seal_wrap"] = false,
            ["type"] = Type,
            ["uuid"] = uuid,
        };
}
