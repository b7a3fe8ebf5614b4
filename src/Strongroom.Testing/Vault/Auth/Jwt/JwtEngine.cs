using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>Login with a token that a known key signed.</summary>
internal sealed class JwtEngine(VaultCore core) : Engine
{
    private readonly RoleStore<JwtRole> roles = new(
        () => new JwtRole(),
        (role, fields) => role.With(fields),
        role => role.ToJson()
    );
    private volatile IReadOnlyList<string> keys = [];
    private volatile string issuer = "";
    private volatile string defaultRole = "";

    public override bool IsOpen(VaultRequest request) => request.Rest == "login";

    protected override VaultResponse Handle(VaultRequest request) =>
        request.Rest.Split('/') switch
        {
            ["config"] => Config(request),
            ["role"] => roles.Handle(request, ""),
            ["role", var name] => roles.Handle(request, name),
            ["login"] when request.Writes => LogIn(request),
            _ => throw VaultRefusal.UnsupportedPath(),
        };

    private VaultResponse Config(VaultRequest request)
    {
        if (request.Operation == Operation.Read)
            return VaultResponse.Of(
                new JsonObject
                {
                    ["bound_issuer"] = issuer,
                    ["default_role"] = defaultRole,
                    ["jwt_validation_pubkeys"] = new JsonArray([.. keys.Select(k => (JsonNode)k)]),
                }
            );
        var given = request.Fields.List("jwt_validation_pubkeys");
        if (given.Count == 0)
            throw VaultRefusal.BadRequest(
                "this Vault takes 'jwt_validation_pubkeys' only, no 'oidc_discovery_url' and no 'jwks_url'"
            );
        JwtVerifier.CheckKeys(given);
        (keys, issuer, defaultRole) = (given, request.Fields.Text("bound_issuer"), request.Fields.Text("default_role"));
        return VaultResponse.NoContent;
    }

    private VaultResponse LogIn(VaultRequest request)
    {
        var name = request.Fields.Text("role", defaultRole);
        if (name.Length == 0)
            throw VaultRefusal.BadRequest("missing role");
        var role = roles.Find(name) ?? throw VaultRefusal.BadRequest($"role \"{name}\" could not be found");
        var jwt = request.Fields.Text("jwt");
        if (jwt.Length == 0)
            throw VaultRefusal.BadRequest("missing token");
        var claims = Verified(jwt);
        if (issuer.Length > 0 && (claims["iss"] as JsonValue)?.ToString() != issuer)
            throw VaultRefusal.BadRequest("error validating token: invalid issuer (iss) claim");
        if (role.Fault(claims) is { } fault)
            throw VaultRefusal.BadRequest(fault);
        var user = claims[role.UserClaim]!.ToString();
        return role.Tokens.LogIn(
            core,
            request,
            user,
            $"{request.MountPath["auth/".Length..^1]}-{user}",
            new Dictionary<string, string> { ["role"] = name }
        );
    }

    private JsonObject Verified(string jwt)
    {
        try
        {
            return JwtVerifier.Verify(jwt, keys, core.Time.GetUtcNow());
        }
        catch (FormatException e)
        {
            throw VaultRefusal.BadRequest($"error validating token: {e.Message}");
        }
    }
}
