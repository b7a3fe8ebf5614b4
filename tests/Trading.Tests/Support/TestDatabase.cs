using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom;
using Strongroom.Peers;
using Strongroom.Storage;
using Strongroom.Storage.Schema;

namespace Trading.Tests.Support;

/// <summary>A database of the test's own, with the tables of the services that were asked for.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly IAsyncDisposable? _server;
    private readonly string _folder;

    private TestDatabase(string folder, IAsyncDisposable? server, Database database)
    {
        _folder = folder;
        _server = server;
        Database = database;
    }

    public Database Database { get; }

    /// <summary>A SQLite file.</summary>
    public static Task<TestDatabase> CreateAsync(TimeProvider time, params Assembly[] services)
    {
        var folder = Directory.CreateTempSubdirectory("trading-tests-").FullName;
        return CreateAsync(folder, null, new DatabaseOptions { Path = Path.Combine(folder, "trading.db") }, null, time, services);
    }

    /// <summary>A PostgreSQL server; where it is not installed, the test is skipped (and fails in CI).</summary>
    public static async Task<TestDatabase> CreatePostgresAsync(TimeProvider time, params Assembly[] services)
    {
        PostgresServer server;
        try
        {
            server = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
        var password = SecretValue.FromText(server.Password);
        return await CreateAsync(
            Directory.CreateTempSubdirectory("trading-tests-").FullName,
            server,
            new DatabaseOptions
            {
                Host = server.Host,
                Port = server.Port,
                Name = "postgres",
                User = server.User,
            },
            _ => ValueTask.FromResult(DatabaseLogin.FromPassword(password)),
            time,
            services
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<TestDatabase> CreateAsync(
        string folder,
        IAsyncDisposable? server,
        DatabaseOptions options,
        Func<CancellationToken, ValueTask<DatabaseLogin>>? login,
        TimeProvider time,
        Assembly[] services
    )
    {
        var database = Database.Create(
            new DatabaseContext
            {
                Options = options,
                Environment = DeploymentEnvironment.Test,
                Login = login,
                Time = time,
                Loggers = NullLoggerFactory.Instance,
            }
        );
        foreach (var service in services)
        {
            var name = service.GetName().Name!;
            await SchemaMigrator.EnsureAsync(
                database,
                new SchemaMigrations(name, service, $"{name}.Migrations", $"schema_{name.ToLowerInvariant()}"),
                TestContext.Current.CancellationToken
            );
        }
        return new TestDatabase(folder, server, database);
    }
}
