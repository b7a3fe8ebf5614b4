using Microsoft.Data.Sqlite;
using Npgsql;
using PaperRun.Tests.Support;
using Strongroom.Peers;

namespace PaperRun.Tests.Startup;

/// <summary>One thing that is wrong, or looks so, with a set-up that is otherwise in order.</summary>
/// <param name="Spoil">What is changed.</param>
/// <param name="Starts">Whether a start succeeds all the same.</param>
/// <param name="OnlyTheServiceKnows">True for what nobody but the service's own check can see: doctor names that check
/// instead.</param>
internal sealed record StartFault(Func<StartFixture, Task> Spoil, bool Starts = false, bool OnlyTheServiceKnows = false);

/// <summary>The one list that doctor, <c>--check</c> and a real start are held to.</summary>
internal static class StartErrorList
{
    private const string Keys = "calls/orchestrator/risk_manager";

    internal static IReadOnlyDictionary<string, StartFault> All { get; } =
        new Dictionary<string, StartFault>(StringComparer.Ordinal)
        {
            ["nothing is wrong"] = new(_ => Task.CompletedTask, Starts: true),
            // Secrets.
            ["a required secret is missing"] = new(fixture => fixture.SendAsync(HttpMethod.Delete, $"secret/metadata/{Keys}")),
            ["a required secret is deleted"] = new(fixture => fixture.SendAsync(HttpMethod.Delete, $"secret/data/{Keys}")),
            ["an optional secret is missing"] = new(
                fixture => fixture.SendAsync(HttpMethod.Delete, "secret/metadata/redis/password"),
                Starts: true
            ),
            ["an optional secret is deleted"] = new(
                fixture => fixture.SendAsync(HttpMethod.Delete, "secret/data/redis/password"),
                Starts: true
            ),
            ["an optional secret is empty"] = new(fixture => fixture.PutAsync("redis/password", ""), Starts: true),
            ["a value is empty"] = new(fixture => fixture.PutAsync(Keys, "")),
            ["a value is short"] = new(fixture => fixture.PutAsync(Keys, StartFixture.Fresh()[..7])),
            ["a value has just enough"] = new(
                fixture => fixture.PutAsync("redis/password", StartFixture.Fresh()[..8]),
                Starts: true
            ),
            ["a call key is short"] = new(fixture => fixture.PutAsync(Keys, StartFixture.Fresh()[..31])),
            ["a call key has just enough"] = new(fixture => fixture.PutAsync(Keys, StartFixture.Fresh()[..32]), Starts: true),
            ["a field is missing"] = new(fixture =>
                fixture.SendAsync(
                    HttpMethod.Post,
                    $"secret/data/{Keys}",
                    new { data = new { other = StartFixture.Fresh(), more = StartFixture.Fresh() } }
                )
            ),
            // The backend.
            ["Vault is sealed"] = new(fixture => Do(fixture.Vault.Seal)),
            ["Vault is away"] = Setting("VAULT_ADDR", "http://127.0.0.1:1"),
            ["Vault's address is missing"] = Setting("VAULT_ADDR", ""),
            ["Vault's address is plain http to another machine"] = Setting("VAULT_ADDR", "http://vault.example:8200"),
            ["Vault's mount is not there"] = Setting("VAULT_KV_MOUNT", "elsewhere"),
            ["the token is unknown"] = Setting("VAULT_TOKEN", "hvs.nobody"),
            ["the token is missing"] = Setting("VAULT_TOKEN", ""),
            ["the policy lacks a path"] = new(LimitAsync),
            ["the namespace is another one"] = Setting("SECRET_NAMESPACE", "other/"),
            ["the backend is unknown"] = Setting("SECRET_BACKEND", "pineapple"),
            ["the backend is env in staging"] = Setting("SECRET_BACKEND", "env"),
            ["the backend is aws without a region"] = Setting("SECRET_BACKEND", "aws"),
            ["the backend is not named"] = Setting("SECRET_BACKEND", ""),
            // Settings and declaration.
            ["a setting is out of range"] = Setting("SECRET_CACHE_TTL", "2h"),
            ["the environment is unknown"] = Setting("DEPLOYMENT_ENV", "pineapple"),
            ["the audit may not be best-effort here"] = Setting("STRONGROOM_AUDIT", "best-effort"),
            ["a secret is in plain configuration"] = Setting("PARTNER_API_KEY", StartFixture.Fresh()),
            ["a declared secret is a variable too"] = Setting("CALLS_ORCHESTRATOR_RISK_MANAGER", StartFixture.Fresh()),
            ["a .env lies about"] = new(
                fixture => Do(() => RunLocation.WritePrivate(Path.Combine(fixture.WorkingFolder, ".env"), "A=1\n")),
                Starts: true
            ),
            ["the declaration is missing"] = new(fixture => Do(() => File.Delete(fixture.Declaration))),
            ["the declaration is broken"] = new(fixture => Do(() => File.WriteAllText(fixture.Declaration, "{ \"service\": "))),
            ["the declaration has a name twice"] = new(fixture =>
                Do(() => fixture.ChangeDeclaration(secrets => secrets.Add(secrets[0]!.DeepClone())))
            ),
            ["the declaration wants more than there is"] = new(fixture =>
                Do(() =>
                    fixture.ChangeDeclaration(secrets =>
                        secrets.Add(System.Text.Json.Nodes.JsonNode.Parse("""{ "name": "partner/key" }"""))
                    )
                )
            ),
            ["the journal's folder cannot be"] = Setting("STRONGROOM_JOURNAL_DIR", "/proc/self/journal"),
            ["the journal's folder does not last"] = Setting("STRONGROOM_JOURNAL_DIR", "/dev/shm/strongroom-journal-of-a-test"),
            // A .env, where it is allowed.
            [".env is in order"] = new(
                fixture => InLocalAsync(fixture, UnixFileMode.UserRead | UnixFileMode.UserWrite),
                Starts: true
            ),
            [".env is open to others"] = new(fixture =>
                InLocalAsync(fixture, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead)
            ),
            [".env is broken"] = new(fixture =>
                InLocalAsync(fixture, UnixFileMode.UserRead | UnixFileMode.UserWrite, "=nothing before\n")
            ),
            [".env lacks a secret"] = new(fixture =>
                InLocalAsync(fixture, UnixFileMode.UserRead | UnixFileMode.UserWrite, leaveOut: "CALLS_ORCHESTRATOR_RISK_MANAGER")
            ),
            // The database.
            ["no schema is there"] = new(fixture => Do(() => File.Delete(fixture.Database))),
            ["the service's own schema is missing"] = new(async fixture =>
            {
                File.Delete(fixture.Database);
                await fixture.UpgradeAsync(withOwn: false);
            }),
            ["the service's own schema is newer"] = new(fixture =>
                ExecuteAsync(
                    fixture,
                    "INSERT INTO schema_risk_manager (type, version, description, name, checksum, installed_by, success) "
                        + "VALUES (0, '9', 'x', 'V9__x.sql', '', '', 1)"
                )
            ),
            ["Strongroom's schema is newer"] = new(fixture =>
                ExecuteAsync(
                    fixture,
                    "INSERT INTO strongroom_schema (type, version, description, name, checksum, installed_by, success) VALUES "
                        + "(0, '99', 'x', 'V99__x.sql', '', '', 1)"
                )
            ),
            ["the SQLite file is open to others"] = new(fixture =>
                Do(() =>
                    File.SetUnixFileMode(
                        fixture.Database,
                        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
                    )
                )
            ),
            ["the SQLite file is none"] = new(fixture =>
                Do(() =>
                {
                    foreach (var part in (string[])["-wal", "-shm"])
                        File.Delete(fixture.Database + part);
                    File.WriteAllText(fixture.Database, new string('x', 4096));
                })
            ),
            ["a role is set for SQLite"] = Setting("DATABASE_USER", "trading"),
            ["PostgreSQL is in order"] = new(fixture => OnPostgresAsync(fixture, _ => Task.CompletedTask), Starts: true),
            ["PostgreSQL is a standby"] = new(fixture =>
                OnPostgresAsync(fixture, async server => Follow(fixture, await StandbyAsync(server)))
            ),
            ["PostgreSQL is read-only by its settings"] = new(fixture =>
                OnPostgresAsync(fixture, server =>
                    ExecuteAsync(
                        server,
                        $"ALTER DATABASE {fixture.Settings["DATABASE_NAME"]} SET default_transaction_read_only = on"
                    )
                )
            ),
            ["PostgreSQL is in LATIN1"] = new(fixture => OnPostgresAsync(fixture, async server =>
                {
                    fixture.Settings["DATABASE_NAME"] = $"latin_{Guid.NewGuid():N}";
                    await ExecuteAsync(
                        server,
                        $"CREATE DATABASE {fixture.Settings["DATABASE_NAME"]} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' "
                            + "TEMPLATE template0"
                    );
                })),
            ["PostgreSQL is away"] = new(fixture => OnPostgresAsync(fixture, _ => Do(() =>
                    {
                        fixture.Settings["DATABASE_PORT"] = "1";
                        fixture.Bind(1);
                    }))),
            ["PostgreSQL's database is not there"] = new(fixture =>
                OnPostgresAsync(fixture, _ => Do(() => fixture.Settings["DATABASE_NAME"] = "nowhere"))
            ),
            ["PostgreSQL's password is wrong"] = new(fixture =>
                OnPostgresAsync(fixture, _ => fixture.PutAsync("database/password", StartFixture.Fresh()))
            ),
            ["PostgreSQL is not named by the declaration"] = new(fixture =>
                OnPostgresAsync(fixture, _ => Do(() => fixture.Bind(1)))
            ),
            // Settings that disagree, or weaken what protects.
            ["Vault's certificate is not to be verified"] = Setting("VAULT_SKIP_VERIFY", "true"),
            ["Vault's authority is not there"] = Setting("VAULT_CACERT", "/nonexistent/authority.pem"),
            ["the host's environment is another one"] = Setting("ASPNETCORE_ENVIRONMENT", "Production"),
            [".NET's environment is another one"] = Setting("DOTNET_ENVIRONMENT", "Production"),
            ["the journal's folder is open to others"] = new(fixture =>
                Do(() =>
                {
                    var folder = Directory.CreateDirectory(Path.Combine(fixture.Folder, "open"));
                    folder.UnixFileMode =
                        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
                    fixture.Settings["STRONGROOM_JOURNAL_DIR"] = folder.FullName;
                })
            ),
            ["the database's port is no number"] = new(fixture =>
                Do(() => (fixture.Settings["DATABASE_HOST"], fixture.Settings["DATABASE_PORT"]) = ("127.0.0.1", "pineapple"))
            ),
            ["the database's server comes without name and role"] = Setting("DATABASE_HOST", "127.0.0.1"),
            // What only the service knows.
            ["Redis's address holds a password"] = Setting(
                "REDIS_URL",
                $"redis://user:{StartFixture.Fresh()}@127.0.0.1:6379/0"
            ) with
            {
                OnlyTheServiceKnows = true,
            },
            ["Redis is not named by the declaration"] = Setting("REDIS_URL", "rediss://redis.example:6379/0") with
            {
                OnlyTheServiceKnows = true,
            },
            ["a setting of its own is wrong"] = Setting("MAX_POSITION_WEIGHT", "pineapple") with { OnlyTheServiceKnows = true },
            ["the log level is unknown"] = Setting("LOG_LEVEL", "pineapple") with { OnlyTheServiceKnows = true },
            ["management listens on all addresses"] = Setting("MANAGEMENT_URL", "http://0.0.0.0:0") with
            {
                OnlyTheServiceKnows = true,
            },
        };

    private static readonly Lazy<Task<PostgresServer>> s_server = new(() => PostgresServer.StartAsync());
    private static Task<PostgresServer>? s_standby;

    internal static async Task EndAsync()
    {
        if (s_standby is not null)
            await (await s_standby).DisposeAsync();
        if (s_server.IsValueCreated)
            await (await s_server.Value).DisposeAsync();
    }

    private static StartFault Setting(string name, string value) => new(fixture => Do(() => fixture.Settings[name] = value));

    private static Task Do(Action change)
    {
        change();
        return Task.CompletedTask;
    }

    private static async Task LimitAsync(StartFixture fixture)
    {
        await fixture.SendAsync(
            HttpMethod.Put,
            "sys/policies/acl/limited",
            new { policy = "path \"secret/data/database/password\" { capabilities = [\"read\"] }" }
        );
        var made = await fixture.SendAsync(HttpMethod.Post, "auth/token/create", new { policies = (string[])["limited"] });
        fixture.Settings["VAULT_TOKEN"] = made.GetProperty("auth").GetProperty("client_token").GetString()!;
    }

    private static Task InLocalAsync(StartFixture fixture, UnixFileMode mode, string text = "", string leaveOut = "") =>
        Do(() =>
        {
            (fixture.Settings["DEPLOYMENT_ENV"], fixture.Settings["SECRET_BACKEND"]) = ("local", "env");
            var path = fixture.Settings["SECRET_DOTENV_PATH"] = Path.Combine(fixture.Folder, "service.env");
            string[] names =
            [
                "DATABASE_PASSWORD",
                "CALLS_ORCHESTRATOR_RISK_MANAGER",
                "CALLS_RISK_MANAGER_MARKET_DATA",
                "CALLS_RISK_MANAGER_EXECUTION_GATEWAY",
            ];
            RunLocation.WritePrivate(
                path,
                string.Concat(names.Where(name => name != leaveOut).Select(name => $"{name}={StartFixture.Fresh()}\n")) + text
            );
            File.SetUnixFileMode(path, mode);
        });

    private static async Task ExecuteAsync(StartFixture fixture, string sql)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = fixture.Database, Pooling = false }.ToString()
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task OnPostgresAsync(StartFixture fixture, Func<PostgresServer, Task> spoil)
    {
        PostgresServer server;
        try
        {
            server = await s_server.Value;
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
        var name = $"start_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        await fixture.UseAsync(server, name);
        await fixture.UpgradeAsync();
        await spoil(server);
    }

    private static void Follow(StartFixture fixture, PostgresServer standby)
    {
        fixture.Settings["DATABASE_PORT"] = $"{standby.Port}";
        fixture.Bind(standby.Port);
    }

    private static Task<PostgresServer> StandbyAsync(PostgresServer server) => s_standby ??= server.StartStandbyAsync();

    private static async Task ExecuteAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder
            {
                Host = server.Host,
                Port = server.Port,
                Username = server.User,
                Password = server.Password,
                Database = "postgres",
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync();
#pragma warning disable CA2100 // Made from a test's own constants.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
