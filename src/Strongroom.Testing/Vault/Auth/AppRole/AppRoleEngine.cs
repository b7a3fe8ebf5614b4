using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>The auth method for machines: a role id and a secret id become a token.</summary>
internal sealed class AppRoleEngine(VaultCore core) : Engine
{
    private readonly byte[] hashKey = RandomNumberGenerator.GetBytes(32);
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, AppRole> roles = new(StringComparer.Ordinal);
    private readonly LoginLockout lockout = new(core.Time);

    public override bool IsOpen(VaultRequest request) => request.Rest == "login";

    public override bool Exists(VaultRequest request)
    {
        lock (gate)
            return request.Rest.Split('/') is not ["role", var name] || roles.ContainsKey(name);
    }

    protected override VaultResponse Handle(VaultRequest request)
    {
        lock (gate)
            return request.Rest.Split('/') switch
            {
                ["login"] when request.Writes => LogIn(request),
                ["role"] or ["role", ""] when request.Operation == Operation.List => VaultResponse.Keys(roles.Keys),
                ["role", { Length: > 0 } name] => Role(request, name),
                ["role", var name, "role-id"] => RoleId(request, Find(name)),
                ["role", var name, "secret-id" or "custom-secret-id"] when request.Writes => NewSecretId(request, Find(name)),
                ["role", var name, "secret-id", ""] when request.Operation == Operation.List => VaultResponse.Keys(
                    Find(name).SecretIds.Select(s => s.Accessor)
                ),
                ["role", var name, "secret-id", "lookup"] when request.Writes => Look(Given(request, Find(name))),
                ["role", var name, "secret-id", "destroy"] when request.Writes || request.Operation == Operation.Delete =>
                    Destroy(Find(name), Given(request, Find(name))),
                ["role", var name, "secret-id-accessor", "lookup"] when request.Writes => Look(ByAccessor(request, Find(name))),
                ["role", var name, "secret-id-accessor", "destroy"]
                    when request.Writes || request.Operation == Operation.Delete => Destroy(
                    Find(name),
                    ByAccessor(request, Find(name))
                ),
                _ => throw VaultRefusal.UnsupportedPath(),
            };
    }

    private VaultResponse Role(VaultRequest request, string name)
    {
        switch (request.Operation)
        {
            case Operation.Read:
                return Describe(Find(name));
            case Operation.Delete:
                roles.Remove(name);
                return VaultResponse.NoContent;
            case Operation.Create or Operation.Update:
                var (role, fields) = (roles.GetValueOrDefault(name) ?? new AppRole(name), request.Fields);
                role.Tokens = role.Tokens.With(fields);
                role.BindSecretId = fields.Flag("bind_secret_id", role.BindSecretId);
                role.SecretIdTtl = fields.DurationOrNull("secret_id_ttl") ?? role.SecretIdTtl;
                role.SecretIdUses = fields.Number("secret_id_num_uses", role.SecretIdUses);
                role.RoleId = fields.Text("role_id", role.RoleId);
                roles[name] = role;
                return VaultResponse.NoContent;
            default:
                throw VaultRefusal.UnsupportedOperation();
        }
    }

    private static VaultResponse Describe(AppRole role)
    {
        var json = new JsonObject
        {
            ["bind_secret_id"] = role.BindSecretId,
            ["local_secret_ids"] = false,
            ["secret_id_bound_cidrs"] = null,
            ["secret_id_num_uses"] = role.SecretIdUses,
            ["secret_id_ttl"] = (long)role.SecretIdTtl.TotalSeconds,
        };
        role.Tokens.WriteTo(json);
        return VaultResponse.Of(json);
    }

    private static VaultResponse RoleId(VaultRequest request, AppRole role)
    {
        if (request.Operation == Operation.Read)
            return VaultResponse.Of(new JsonObject { ["role_id"] = role.RoleId });
        role.RoleId = request.Fields.Required("role_id");
        return VaultResponse.NoContent;
    }

    private VaultResponse NewSecretId(VaultRequest request, AppRole role)
    {
        if (!role.BindSecretId)
            throw VaultRefusal.BadRequest("bind_secret_id is not set on the role");
        var fields = request.Fields;
        var secret = request.Rest.EndsWith("custom-secret-id", StringComparison.Ordinal)
            ? fields.Required("secret_id")
            : Guid.NewGuid().ToString();
        var ttl = fields.DurationOrNull("ttl") ?? role.SecretIdTtl;
        var uses = fields.Number("num_uses", role.SecretIdUses);
        var made = new AppRoleSecretId(
            Hash(secret),
            Guid.NewGuid().ToString(),
            ttl > TimeSpan.Zero ? core.Time.GetUtcNow() + ttl : null,
            uses,
            Metadata(fields)
        );
        role.SecretIds.Add(made);
        return VaultResponse.Of(
            new JsonObject
            {
                ["secret_id"] = secret,
                ["secret_id_accessor"] = made.Accessor,
                ["secret_id_ttl"] = (long)ttl.TotalSeconds,
                ["secret_id_num_uses"] = uses,
            }
        );
    }

    private VaultResponse LogIn(VaultRequest request)
    {
        var (id, secret) = (request.Fields.Text("role_id"), request.Fields.Text("secret_id"));
        if (id.Length == 0)
            throw VaultRefusal.BadRequest("missing role_id");
        // Its failures are counted by role id. The recorded server had no lockout yet.
        var rules = request.Namespace.Mounts.At(request.MountPath)!.Lockout with { };
        var old = core.Release == VaultRelease.V18;
        if (!old && lockout.IsShut(id, rules))
            throw VaultRefusal.Denied();
        var role = roles.Values.FirstOrDefault(r => SameText(r.RoleId, id));
        if (role is null)
            throw Failed(old ? "invalid role ID" : "invalid role or secret ID");
        IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();
        if (role.BindSecretId)
        {
            if (secret.Length == 0)
                throw VaultRefusal.BadRequest("missing secret_id");
            var known = FindSecretId(role, secret) ?? throw Failed(old ? "invalid secret id" : "invalid role or secret ID");
            metadata = known.Metadata;
            if (known.UsesLeft == 1)
                role.SecretIds.Remove(known);
            else if (known.UsesLeft > 1)
                known.UsesLeft--;
        }
        lockout.Succeeded(id);
        var all = new Dictionary<string, string>(metadata, StringComparer.Ordinal) { ["role_name"] = role.Name };
        return role.Tokens.LogIn(core, request, role.RoleId, "approle", all);

        VaultRefusal Failed(string text)
        {
            lockout.Failed(id, rules);
            return VaultRefusal.BadRequest(text);
        }
    }

    private AppRole Find(string name) => roles.GetValueOrDefault(name) ?? throw VaultRefusal.NotFound();

    private AppRoleSecretId? FindSecretId(AppRole role, string secret)
    {
        role.SecretIds.RemoveAll(s => s.ExpiresAt <= core.Time.GetUtcNow());
        var hash = Hash(secret);
        return role.SecretIds.Find(s => CryptographicOperations.FixedTimeEquals(s.Hash, hash));
    }

    private AppRoleSecretId? Given(VaultRequest request, AppRole role) =>
        FindSecretId(role, request.Fields.Required("secret_id"));

    private static AppRoleSecretId ByAccessor(VaultRequest request, AppRole role)
    {
        var accessor = request.Fields.Required("secret_id_accessor");
        return role.SecretIds.Find(s => s.Accessor == accessor) ?? throw VaultRefusal.NotFound();
    }

    private static VaultResponse Look(AppRoleSecretId? secret) =>
        secret is null
            ? VaultResponse.NoContent
            : VaultResponse.Of(
                new JsonObject
                {
                    ["secret_id_accessor"] = secret.Accessor,
                    ["secret_id_num_uses"] = secret.UsesLeft,
                    ["expiration_time"] = secret.ExpiresAt is { } end ? GoTime.Nanoseconds(end) : "0001-01-01T00:00:00Z",
                    ["metadata"] = new JsonObject(secret.Metadata.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value))),
                }
            );

    private static VaultResponse Destroy(AppRole role, AppRoleSecretId? secret)
    {
        if (secret is not null)
            role.SecretIds.Remove(secret);
        return VaultResponse.NoContent;
    }

    // The metadata of a secret id is sent as JSON within JSON.
    private static IReadOnlyDictionary<string, string> Metadata(Fields fields)
    {
        if (fields.Text("metadata") is not { Length: > 0 } text)
            return new Dictionary<string, string>();
        try
        {
            var map = JsonNode.Parse(text) as JsonObject;
            return new Fields(new JsonObject { ["metadata"] = map?.DeepClone() }, new Dictionary<string, string>()).TextMap(
                "metadata"
            )
                ?? new Dictionary<string, string>();
        }
        catch (System.Text.Json.JsonException)
        {
            throw VaultRefusal.BadRequest("failed to parse metadata");
        }
    }

    private static bool SameText(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private byte[] Hash(string secret) => HMACSHA256.HashData(hashKey, Encoding.UTF8.GetBytes(secret));
}
