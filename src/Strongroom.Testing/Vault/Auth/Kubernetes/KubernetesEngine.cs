using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>
/// Login with a service account's token. Its signature is checked against <c>pem_keys</c>; no cluster is asked whether the
/// account still exists.
/// </summary>
internal sealed class KubernetesEngine(VaultCore core) : Engine
{
    private readonly RoleStore<KubernetesRole> roles = new(
        () => new KubernetesRole(),
        (role, fields) => role.With(fields),
        role => role.ToJson()
    );
    private volatile IReadOnlyList<string> keys = [];
    private volatile string host = "";

    public override bool IsOpen(VaultRequest request) => request.Rest == "login";

    protected override VaultResponse Handle(VaultRequest request) =>
        request.Rest.Split('/') switch
        {
            ["config"] => Config(request),
            ["role"] or ["role", ""] => roles.Handle(request, ""),
            ["role", var name] => roles.Handle(request, name),
            ["login"] when request.Writes => LogIn(request),
            _ => throw VaultRefusal.UnsupportedPath(),
        };

    private VaultResponse Config(VaultRequest request)
    {
        if (request.Operation == Operation.Read)
            return VaultResponse.Of(
                new JsonObject { ["kubernetes_host"] = host, ["pem_keys"] = new JsonArray([.. keys.Select(k => (JsonNode)k)]) }
            );
        if (request.Fields.Text("kubernetes_host").Length == 0)
            throw VaultRefusal.BadRequest("no host provided");
        var given = request.Fields.List("pem_keys");
        JwtVerifier.CheckKeys(given);
        (keys, host) = (given, request.Fields.Text("kubernetes_host"));
        return VaultResponse.NoContent;
    }

    private VaultResponse LogIn(VaultRequest request)
    {
        var name = request.Fields.Required("role");
        var jwt = request.Fields.Required("jwt");
        var role = roles.Find(name) ?? throw VaultRefusal.BadRequest($"invalid role name \"{name}\"");
        if (keys.Count == 0)
            throw new VaultRefusal(500, "could not load backend configuration");
        var claims = Verified(jwt);
        if (role.Audience.Length > 0 && !JwtVerifier.Audiences(claims).Contains(role.Audience))
            throw new VaultRefusal(403, "invalid audience (aud) claim: audience claim does not match any expected audience");
        var (space, account, uid) = Account(claims);
        if (!KubernetesRole.Holds(role.Namespaces, space))
            throw new VaultRefusal(403, "namespace not authorized");
        if (!KubernetesRole.Holds(role.Names, account))
            throw new VaultRefusal(403, "service account name not authorized");
        var metadata = new Dictionary<string, string>
        {
            ["role"] = name,
            ["service_account_name"] = account,
            ["service_account_namespace"] = space,
            ["service_account_secret_name"] = "",
            ["service_account_uid"] = uid,
        };
        return role.Tokens.LogIn(core, request, uid, $"kubernetes-{space}-{account}", metadata);
    }

    private JsonObject Verified(string jwt)
    {
        try
        {
            return JwtVerifier.Verify(jwt, keys, core.Time.GetUtcNow());
        }
        catch (FormatException)
        {
            throw VaultRefusal.Denied();
        }
    }

    // Bound tokens nest what older ones have in flat claims.
    private static (string Namespace, string Account, string Uid) Account(JsonObject claims)
    {
        const string Flat = "kubernetes.io/serviceaccount/";
        if (claims["kubernetes.io"] is JsonObject bound && bound["serviceaccount"] is JsonObject account)
            return (Text(bound["namespace"]), Text(account["name"]), Text(account["uid"]));
        return (
            Text(claims[Flat + "namespace"]),
            Text(claims[Flat + "service-account.name"]),
            Text(claims[Flat + "service-account.uid"])
        );

        static string Text(JsonNode? node) => (node as JsonValue)?.ToString() ?? "";
    }
}
