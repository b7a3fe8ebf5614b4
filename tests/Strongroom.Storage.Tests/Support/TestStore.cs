using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Peers;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Breaker;
using Strongroom.Storage.Schema;

namespace Strongroom.Storage.Tests.Support;

/// <summary>A place for one test's data, which any number of <see cref="Database"/> objects share as processes would.</summary>
internal abstract class TestStore : IAsyncDisposable
{
    private readonly List<Database> _opened = [];

    internal Database Open(DeploymentEnvironment environment = DeploymentEnvironment.Test)
    {
        var database = Database.Create(Context with { Environment = environment });
        lock (_opened)
            _opened.Add(database);
        return database;
    }

    internal AuditStore OpenAudit()
    {
        var database = Open();
        return new AuditStore(database, new StrongroomSchema(database));
    }

    internal TripStore OpenTrips()
    {
        var database = Open();
        return new TripStore(database, new StrongroomSchema(database));
    }

    internal abstract DatabaseContext Context { get; }

    /// <summary>Drops the database and makes an empty one of its name, under everybody's feet.</summary>
    internal virtual Task RecreateAsync() => throw new NotSupportedException();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var database in _opened)
            await database.DisposeAsync();
    }

    protected static DatabaseContext ContextOf(DatabaseOptions options) =>
        new()
        {
            Options = options,
            Environment = DeploymentEnvironment.Test,
            Time = TimeProvider.System,
            Loggers = NullLoggerFactory.Instance,
        };
}

internal sealed class SqliteTestStore : TestStore
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strongroom-sqlite-").FullName;

    internal string Path => System.IO.Path.Combine(_folder, "state", "strongroom.db");

    internal override DatabaseContext Context => ContextOf(new DatabaseOptions { Path = Path });

    internal override Task RecreateAsync()
    {
        foreach (var file in Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, "strongroom.db*"))
            File.Delete(file);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal sealed class PostgresTestStore(PostgresServer server, string name) : TestStore
{
    internal PostgresServer Server => server;

    internal string Name => name;

    internal override async Task RecreateAsync()
    {
        await PostgresFixture.ExecuteAsync(server, "postgres", $"DROP DATABASE {name} WITH (FORCE)");
        await PostgresFixture.ExecuteAsync(server, "postgres", $"CREATE DATABASE {name}");
    }

    internal override DatabaseContext Context =>
        ContextOf(
            new DatabaseOptions
            {
                Host = server.Host,
                Port = server.Port,
                Name = name,
                User = server.User,
            }
        ) with
        {
            Login = _ => new(DatabaseLogin.FromPassword(SecretValue.FromText(server.Password))),
        };
}
