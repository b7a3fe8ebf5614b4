using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>Which service accounts may log in, and what they get.</summary>
internal sealed record KubernetesRole
{
    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public string Audience { get; init; } = "";

    public RoleTokens Tokens { get; init; } = new();

    public KubernetesRole With(Fields fields)
    {
        var role = new KubernetesRole
        {
            Names = fields.Has("bound_service_account_names") ? fields.List("bound_service_account_names") : Names,
            Namespaces = fields.Has("bound_service_account_namespaces")
                ? fields.List("bound_service_account_namespaces")
                : Namespaces,
            Audience = fields.Text("audience", Audience),
            Tokens = Tokens.With(fields),
        };
        if (role.Names.Count == 0)
            throw VaultRefusal.BadRequest("\"bound_service_account_names\" can not be empty");
        return role.Namespaces.Count == 0
            ? throw VaultRefusal.BadRequest("\"bound_service_account_namespaces\" can not be empty")
            : role;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["bound_service_account_names"] = new JsonArray([.. Names.Select(n => (JsonNode)n)]),
            ["bound_service_account_namespaces"] = new JsonArray([.. Namespaces.Select(n => (JsonNode)n)]),
            ["audience"] = Audience,
        };
        Tokens.WriteTo(json);
        return json;
    }

    public static bool Holds(IReadOnlyList<string> patterns, string text) =>
        patterns.Any(p => p == "*" || p == text || p.EndsWith('*') && text.StartsWith(p[..^1], StringComparison.Ordinal));
}
