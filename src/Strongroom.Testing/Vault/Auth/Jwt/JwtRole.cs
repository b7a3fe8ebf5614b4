using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>What a signed token must say, and what its bearer gets.</summary>
internal sealed record JwtRole
{
    public IReadOnlyList<string> Audiences { get; init; } = [];

    public string Subject { get; init; } = "";

    public string UserClaim { get; init; } = "";

    public JsonObject Claims { get; init; } = [];

    public RoleTokens Tokens { get; init; } = new();

    public JwtRole With(Fields fields)
    {
        var role = new JwtRole
        {
            Audiences = fields.Has("bound_audiences") ? fields.List("bound_audiences") : Audiences,
            Subject = fields.Text("bound_subject", Subject),
            UserClaim = fields.Text("user_claim", UserClaim),
            Claims = (JsonObject?)fields.Map("bound_claims")?.DeepClone() ?? Claims,
            Tokens = Tokens.With(fields),
        };
        if (role.UserClaim.Length == 0)
            throw VaultRefusal.BadRequest("a user claim must be defined on the role");
        return role.Audiences.Count == 0 && role.Subject.Length == 0 && role.Claims.Count == 0
            ? throw VaultRefusal.BadRequest("must have at least one bound constraint when creating/updating a role")
            : role;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["bound_audiences"] = new JsonArray([.. Audiences.Select(a => (JsonNode)a)]),
            ["bound_subject"] = Subject,
            ["bound_claims"] = Claims.Count == 0 ? null : Claims.DeepClone(),
            ["role_type"] = "jwt",
            ["user_claim"] = UserClaim,
        };
        Tokens.WriteTo(json);
        return json;
    }

    /// <summary>Why a token does not do; null where it does.</summary>
    public string? Fault(JsonObject claims)
    {
        var audiences = JwtVerifier.Audiences(claims);
        if (audiences.Count > 0 && Audiences.Count == 0)
            return "audience claim found in JWT but no audiences bound to the role";
        if (Audiences.Count > 0 && !audiences.Any(Audiences.Contains))
            return "error validating token: invalid audience (aud) claim: audience claim does not match any expected audience";
        if (Subject.Length > 0 && (claims["sub"] as JsonValue)?.ToString() != Subject)
            return "error validating token: invalid subject (sub) claim";
        foreach (var (name, wanted) in Claims)
            if (!Texts(wanted).Intersect(Texts(claims[name])).Any())
                return $"error validating claims: claim \"{name}\" does not match any associated bound claim values";
        return claims[UserClaim] is JsonValue ? null : $"claim \"{UserClaim}\" not found in token";
    }

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray many => many.OfType<JsonValue>().Select(v => v.ToString()),
            JsonValue one => [one.ToString()],
            _ => [],
        };
}
