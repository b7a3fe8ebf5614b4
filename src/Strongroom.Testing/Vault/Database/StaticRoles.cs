using System.Collections.Concurrent;

namespace Strongroom.Testing.Vault;

/// <summary><c>static-roles</c>, <c>static-creds</c> and <c>rotate-role</c>.</summary>
internal sealed class StaticRoles(TimeProvider time, Func<string, string, DatabaseConnection> find) : IDisposable
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, StaticRole> roles = new(StringComparer.Ordinal);

    public async Task<VaultResponse> HandleAsync(VaultRequest request, string name, CancellationToken ct)
    {
        switch (name.Length > 0, request.Operation)
        {
            case (false, Operation.List):
                return VaultResponse.Keys(roles.Keys.Order(StringComparer.Ordinal));
            case (true, Operation.Read):
                return VaultResponse.Of((roles.GetValueOrDefault(name) ?? throw VaultRefusal.NotFound()).ToJson());
            case (true, Operation.Create or Operation.Update):
                await PutAsync(name, request.Fields, ct);
                return VaultResponse.NoContent;
            case (true, Operation.Delete):
                if (roles.TryRemove(name, out var removed))
                    removed.Dispose();
                return VaultResponse.NoContent;
            default:
                throw VaultRefusal.UnsupportedOperation();
        }
    }

    public VaultResponse Credentials(string name) => VaultResponse.Of(Find(name).ToCredentials(time.GetUtcNow()));

    public async Task<VaultResponse> RotateAsync(string name, CancellationToken ct)
    {
        await RotateAsync(name, Find(name), ct);
        return VaultResponse.NoContent;
    }

    public void Dispose()
    {
        foreach (var role in roles.Values)
            role.Dispose();
    }

    private StaticRole Find(string name) =>
        roles.GetValueOrDefault(name) ?? throw VaultRefusal.BadRequest($"unknown role: {name}");

    private async Task PutAsync(string name, Fields fields, CancellationToken ct)
    {
        var period = fields.Duration("rotation_period");
        if (period < ShortestPeriod)
            throw VaultRefusal.BadRequest("rotation_period must be 5 seconds or more");
        if (roles.TryGetValue(name, out var known))
        {
            known.Period = period;
            known.Timer?.Change(period, period);
            return;
        }
        var role = new StaticRole(fields.Required("db_name"), fields.Required("username"), period);
        // Creation rotates: the known password is invalid from here on.
        await RotateAsync(name, role, ct);
        roles[name] = role;
        role.Timer = time.CreateTimer(_ => RotateUnattended(name, role), null, period, period);
    }

    private async Task RotateAsync(string name, StaticRole role, CancellationToken ct)
    {
        await role.Gate.WaitAsync(ct);
        try
        {
            var password = DatabaseStatements.NewPassword();
            await DatabaseStatements.RunAsync(
                find(role.Database, name),
                DatabaseStatements.Rotation,
                role.User,
                password,
                default,
                ct
            );
            (role.Password, role.RotatedAt) = (password, time.GetUtcNow());
        }
        finally
        {
            role.Gate.Release();
        }
    }

    // A database that is away keeps its old password until the next period.
    private void RotateUnattended(string name, StaticRole role) =>
        _ = Task.Run(async () =>
        {
            try
            {
                await RotateAsync(name, role, CancellationToken.None);
            }
            catch (Exception e) when (e is VaultRefusal or Npgsql.NpgsqlException) { }
        });
}
