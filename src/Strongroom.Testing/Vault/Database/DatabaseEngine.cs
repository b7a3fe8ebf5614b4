using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>Logins of a real PostgreSQL: made on demand and leased, or kept and rotated.</summary>
internal sealed class DatabaseEngine : Engine, IDisposable
{
    private readonly VaultCore core;
    private readonly ConcurrentDictionary<string, DatabaseConnection> databases = new(StringComparer.Ordinal);
    private readonly RoleStore<DatabaseRole> roles = new(
        () => new DatabaseRole(),
        (role, fields) => role.With(fields),
        role => role.ToJson()
    );
    private readonly StaticRoles statics;

    public DatabaseEngine(VaultCore core)
    {
        this.core = core;
        statics = new StaticRoles(core.Time, Find);
    }

    public override async Task<VaultResponse> HandleAsync(VaultRequest request, CancellationToken ct) =>
        request.Rest.Split('/') switch
        {
            ["config"] or ["config", ""] when request.Operation == Operation.List => VaultResponse.Keys(
                databases.Keys.Order(StringComparer.Ordinal)
            ),
            ["config", var name] => await ConfigAsync(request, name, ct),
            ["roles"] or ["roles", ""] => roles.Handle(request, ""),
            ["roles", var name] => roles.Handle(request, name),
            ["creds", var name] when request.Operation == Operation.Read => await LendAsync(request, name, ct),
            ["static-roles"] or ["static-roles", ""] => await statics.HandleAsync(request, "", ct),
            ["static-roles", var name] => await statics.HandleAsync(request, name, ct),
            ["static-creds", var name] when request.Operation == Operation.Read => statics.Credentials(name),
            ["rotate-role", var name] when request.Writes => await statics.RotateAsync(name, ct),
            ["rotate-root", var name] when request.Writes => await RotateRootAsync(name, ct),
            _ => throw VaultRefusal.UnsupportedPath(),
        };

    public void Dispose() => statics.Dispose();

    private async Task<VaultResponse> ConfigAsync(VaultRequest request, string name, CancellationToken ct)
    {
        switch (request.Operation)
        {
            case Operation.Read:
                var known = databases.GetValueOrDefault(name) ?? throw VaultRefusal.NotFound();
                return VaultResponse.Of(
                    new JsonObject
                    {
                        ["allowed_roles"] = new JsonArray([.. known.AllowedRoles.Select(r => (JsonNode)r)]),
                        ["connection_details"] = new JsonObject
                        {
                            ["connection_url"] = known.UrlTemplate,
                            ["username"] = known.User,
                        },
                        ["plugin_name"] = "postgresql-database-plugin",
                    }
                );
            case Operation.Delete:
                databases.TryRemove(name, out _);
                return VaultResponse.NoContent;
            case Operation.Create or Operation.Update:
                var fields = request.Fields;
                if (fields.Text("plugin_name", "postgresql-database-plugin") != "postgresql-database-plugin")
                    throw VaultRefusal.BadRequest("this Vault knows 'postgresql-database-plugin' only");
                var database = new DatabaseConnection(
                    fields.Required("connection_url"),
                    fields.Text("username"),
                    fields.Text("password"),
                    fields.List("allowed_roles")
                );
                if (fields.Flag("verify_connection", otherwise: true))
                    await (await database.OpenAsync(ct)).DisposeAsync();
                databases[name] = database;
                return new VaultResponse();
            default:
                throw VaultRefusal.UnsupportedOperation();
        }
    }

    private async Task<VaultResponse> LendAsync(VaultRequest request, string name, CancellationToken ct)
    {
        var role = roles.Find(name) ?? throw VaultRefusal.BadRequest($"unknown role: {name}");
        var database = Find(role.Database, name);
        var now = core.Time.GetUtcNow();
        var (user, password) = (
            DatabaseStatements.NewName(request.Token!.Request.DisplayName, name, now),
            DatabaseStatements.NewPassword()
        );
        var (ttl, _) = TimeToLive.Of(TimeSpan.Zero, role.Ttl, TimeSpan.Zero, role.MaxTtl, TimeSpan.Zero, TimeSpan.Zero);
        await DatabaseStatements.RunAsync(database, role.Creation, user, password, now + ttl, ct);
        var lease = core.Leases.Add(
            request.Namespace.Path + request.Path,
            request.Token!,
            role.Ttl,
            role.MaxTtl,
            (renewed, token) =>
                DatabaseStatements.RunAsync(
                    Find(role.Database, name),
                    Or(role.Renewal, DatabaseStatements.Renewal),
                    user,
                    "",
                    renewed.ExpiresAt,
                    token
                ),
            token =>
                DatabaseStatements.RunAsync(
                    Find(role.Database, name),
                    Or(role.Revocation, DatabaseStatements.Revocation),
                    user,
                    "",
                    default,
                    token
                )
        );
        return new VaultResponse
        {
            LeaseId = lease.Id,
            LeaseDuration = ttl,
            Renewable = true,
            Data = new JsonObject { ["password"] = password, ["username"] = user },
        };

        static IReadOnlyList<string> Or(IReadOnlyList<string> own, IReadOnlyList<string> usual) => own.Count > 0 ? own : usual;
    }

    // The old password is gone; only this Vault knows the new one.
    private async Task<VaultResponse> RotateRootAsync(string name, CancellationToken ct)
    {
        var database = databases.GetValueOrDefault(name)
            ?? throw VaultRefusal.BadRequest($"failed to find entry for connection with name: \"{name}\"");
        var password = DatabaseStatements.NewPassword();
        await DatabaseStatements.RunAsync(database, DatabaseStatements.Rotation, database.User, password, default, ct);
        databases[name] = database with { Password = password };
        return VaultResponse.NoContent;
    }

    private DatabaseConnection Find(string name, string role)
    {
        var database = databases.GetValueOrDefault(name)
            ?? throw VaultRefusal.BadRequest($"failed to find entry for connection with name: \"{name}\"");
        return database.Allows(role) ? database : throw new VaultRefusal(403, $"\"{role}\" is not an allowed role");
    }
}
