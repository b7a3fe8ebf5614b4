using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>How logins are made on demand.</summary>
internal sealed record DatabaseRole
{
    public string Database { get; init; } = "";

    public IReadOnlyList<string> Creation { get; init; } = [];

    public IReadOnlyList<string> Revocation { get; init; } = [];

    public IReadOnlyList<string> Renewal { get; init; } = [];

    public TimeSpan Ttl { get; init; }

    public TimeSpan MaxTtl { get; init; }

    public DatabaseRole With(Fields fields)
    {
        var role = new DatabaseRole
        {
            Database = fields.Text("db_name", Database),
            Creation = Statements(fields, "creation_statements", Creation),
            Revocation = Statements(fields, "revocation_statements", Revocation),
            Renewal = Statements(fields, "renew_statements", Renewal),
            Ttl = fields.DurationOrNull("default_ttl") ?? Ttl,
            MaxTtl = fields.DurationOrNull("max_ttl") ?? MaxTtl,
        };
        return role.Database.Length == 0 ? throw VaultRefusal.BadRequest("empty database name attribute") : role;
    }

    public JsonObject ToJson() =>
        new()
        {
            ["db_name"] = Database,
            ["creation_statements"] = Names(Creation),
            ["revocation_statements"] = Names(Revocation),
            ["renew_statements"] = Names(Renewal),
            ["rollback_statements"] = new JsonArray(),
            ["default_ttl"] = (long)Ttl.TotalSeconds,
            ["max_ttl"] = (long)MaxTtl.TotalSeconds,
        };

    // One text may hold several statements and commas; only a list is a list.
    private static IReadOnlyList<string> Statements(Fields fields, string name, IReadOnlyList<string> otherwise) =>
        !fields.Has(name) ? otherwise
        : fields[name] is JsonArray ? fields.List(name)
        : [fields.Text(name)];

    private static JsonArray Names(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
