using System.Text.Json;
using Npgsql;
using Strongroom.Peers;

namespace Strongroom.Testing.Tests.Vault.Database;

/// <summary>Logins that Vault makes in a real PostgreSQL.</summary>
public sealed class DatabaseTests : VaultTest
{
    private PostgresServer database = null!;

    // A renewed login is valid until a moment that PostgreSQL compares with its own clock, so the test's runs ahead of it.
    public DatabaseTests() => Time.Advance(TimeSpan.FromDays(365 * 30));

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        try
        {
            database = await PostgresServer.StartAsync(Ct);
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
        }
        await Root.DoAsync("POST", "sys/mounts/database", new { type = "database" });
        await Root.DoAsync("POST", "database/config/trading", Config());
        await Root.DoAsync(
            "POST",
            "database/roles/signal",
            new
            {
                db_name = "trading",
                default_ttl = "1m",
                max_ttl = "5m",
                creation_statements = "CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}'; GRANT CONNECT ON DATABASE "
                    + "postgres TO \"{{name}}\";",
            }
        );
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }

    // PROTOCOLS 36
    [Fact]
    public async Task Creds_ReadTwice_AreTwoLoginsThatWork()
    {
        var (one, other) = (await Root.GetAsync("database/creds/signal"), await Root.GetAsync("database/creds/signal"));
        Assert.NotEqual(one.Data.Text("username"), other.Data.Text("username"));
        Assert.Equal(
            (60, true),
            (one.Json.GetProperty("lease_duration").GetInt32(), one.Json.GetProperty("renewable").GetBoolean())
        );
        Assert.True(await CanLogInAsync(one.Data));
        Assert.True(await CanLogInAsync(other.Data));
    }

    // PROTOCOLS 35
    [Fact]
    public async Task Lease_RevokedOrRunOut_EndsTheLogin()
    {
        var (revoked, over) = (await Root.GetAsync("database/creds/signal"), await Root.GetAsync("database/creds/signal"));
        await Root.DoAsync("PUT", "sys/leases/revoke", new { lease_id = revoked.Json.Text("lease_id") });
        Assert.False(await CanLogInAsync(revoked.Data));
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(await CanLogInAsync(over.Data));
        Time.Advance(TimeSpan.FromSeconds(1));
        await Vault.SettleLeasesAsync();
        Assert.False(await CanLogInAsync(over.Data));
        (await Root.SendAsync("PUT", "sys/leases/renew", new { lease_id = over.Json.Text("lease_id") })).IsRefusal(
            400,
            "lease not found"
        );
    }

    [Fact]
    public async Task Revoke_WhileTheDatabaseIsAway_KeepsTheLeaseForAnotherTry()
    {
        var creds = await Root.GetAsync("database/creds/signal");
        var lease = creds.Json.Text("lease_id");
        await database.CrashAsync();
        (await Root.SendAsync("PUT", "sys/leases/revoke", new { lease_id = lease })).IsRefusal(500, "unreachable");
        await database.RestartAsync(Ct);
        await Root.DoAsync("PUT", "sys/leases/revoke", new { lease_id = lease });
        Assert.False(await CanLogInAsync(creds.Data));
    }

    [Fact]
    public async Task Unmount_OfTheEngine_TakesItsLoginsBack()
    {
        var creds = await Root.GetAsync("database/creds/signal");
        await Root.DoAsync("DELETE", "sys/mounts/database");
        Assert.False(await CanLogInAsync(creds.Data));
    }

    // PROTOCOLS 35
    [Fact]
    public async Task Lease_Renewed_LivesOnUpToItsMaximum()
    {
        var creds = await Root.GetAsync("database/creds/signal");
        var lease = creds.Json.Text("lease_id");
        for (var i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(55));
            Assert.Equal(
                60,
                (await Root.SendAsync("PUT", "sys/leases/renew", new { lease_id = lease }))
                    .Json.GetProperty("lease_duration")
                    .GetInt32()
            );
        }
        Time.Advance(TimeSpan.FromSeconds(55));
        var capped = await Root.SendAsync("PUT", "sys/leases/renew", new { lease_id = lease, increment = 3600 });
        Assert.Equal(25, capped.Json.GetProperty("lease_duration").GetInt32());
        Assert.Contains("capped", capped.Json.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.True(await CanLogInAsync(creds.Data));
        Time.Advance(TimeSpan.FromSeconds(25));
        await Vault.SettleLeasesAsync();
        Assert.False(await CanLogInAsync(creds.Data));
    }

    // PROTOCOLS 33
    [Fact]
    public async Task Token_RevokedOrExpired_TakesItsLoginsWithIt()
    {
        await Root.DoAsync(
            "PUT",
            "sys/policies/acl/db",
            new { policy = "path \"database/creds/signal\" { capabilities = [\"read\"] }" }
        );
        var (revoked, expired) = (
            As(await TokenAsync(new { policies = "db", ttl = "1h" })),
            As(await TokenAsync(new { policies = "db", ttl = "30s" }))
        );
        var (one, other) = (await revoked.GetAsync("database/creds/signal"), await expired.GetAsync("database/creds/signal"));
        await revoked.DoAsync("POST", "auth/token/revoke-self");
        await Vault.SettleLeasesAsync();
        Assert.False(await CanLogInAsync(one.Data));
        Assert.True(await CanLogInAsync(other.Data));
        Time.Advance(TimeSpan.FromSeconds(30));
        await Vault.SettleLeasesAsync();
        Assert.False(await CanLogInAsync(other.Data));
    }

    // PROTOCOLS 37
    [Fact]
    public async Task StaticRole_MadeAndRotated_ChangesThePasswordEachTime()
    {
        var first = Random();
        await ExecuteAsync($"CREATE ROLE trader LOGIN PASSWORD '{first}'");
        await Root.DoAsync(
            "POST",
            "database/static-roles/trader",
            new
            {
                db_name = "trading",
                username = "trader",
                rotation_period = "24h",
            }
        );
        Assert.False(await CanLogInAsync("trader", first));
        var made = (await Root.GetAsync("database/static-creds/trader")).Data;
        Assert.Equal((86400, 86400), (made.GetProperty("ttl").GetInt32(), made.GetProperty("rotation_period").GetInt32()));
        Assert.True(await CanLogInAsync(made));
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(82800, (await Root.GetAsync("database/static-creds/trader")).Data.GetProperty("ttl").GetInt32());
        await Root.DoAsync("POST", "database/rotate-role/trader");
        Assert.False(await CanLogInAsync(made));
        Assert.True(await CanLogInAsync((await Root.GetAsync("database/static-creds/trader")).Data));
        (
            await Root.PostAsync(
                "database/static-roles/quick",
                new
                {
                    db_name = "trading",
                    username = "trader",
                    rotation_period = "4s",
                }
            )
        ).IsRefusal(400, "5 seconds");
    }

    // PROTOCOLS 38
    [Fact]
    public async Task RotateRoot_OfAnAdministrator_LeavesVaultItsOnlyHolder()
    {
        var password = Random();
        await ExecuteAsync($"CREATE ROLE keeper SUPERUSER LOGIN PASSWORD '{password}'");
        await Root.DoAsync("POST", "database/config/trading", Config("keeper", password));
        await Root.DoAsync("POST", "database/rotate-root/trading");
        Assert.False(await CanLogInAsync("keeper", password));
        Assert.True(await CanLogInAsync((await Root.GetAsync("database/creds/signal")).Data));
    }

    [Fact]
    public async Task Config_WithAWrongPasswordOrRole_IsRefusedWithoutQuotingIt()
    {
        var wrong = Random();
        var refused = await Root.PostAsync("database/config/other", Config(password: wrong));
        refused.IsRefusal(500, "28P01");
        Assert.DoesNotContain(wrong, refused.Text, StringComparison.Ordinal);
        (await Root.PostAsync("database/config/other", new { connection_url = "mysql://x" })).Is(400);
        await Root.DoAsync("POST", "database/config/narrow", Config(roles: "only"));
        await Root.DoAsync("POST", "database/roles/signal", new { db_name = "narrow" });
        (await Root.GetAsync("database/creds/signal")).IsRefusal(403, "not an allowed role");
        Assert.DoesNotContain(database.Password, (await Root.GetAsync("database/config/trading")).Text, StringComparison.Ordinal);
    }

    private object Config(string? user = null, string? password = null, string roles = "*") =>
        new
        {
            plugin_name = "postgresql-database-plugin",
            allowed_roles = roles,
            connection_url = $"postgresql://{{{{username}}}}:{{{{password}}}}@127.0.0.1:{database.Port}/postgres?sslmode=disable",
            username = user ?? database.User,
            password = password ?? database.Password,
        };

    private Task<bool> CanLogInAsync(JsonElement credentials) =>
        CanLogInAsync(credentials.Text("username")!, credentials.Text("password")!);

    private async Task<bool> CanLogInAsync(string user, string password)
    {
        try
        {
            await using var connection = await OpenAsync(user, password);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            return false;
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync(database.User, database.Password);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private async Task<NpgsqlConnection> OpenAsync(string user, string password)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder
            {
                Host = database.Host,
                Port = database.Port,
                Username = user,
                Password = password,
                Database = "postgres",
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync(Ct);
        return connection;
    }
}
