using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom;
using Strongroom.Storage;
using Strongroom.Storage.Schema;

namespace Trading.Tests.Support;

/// <summary>A SQLite file of the test's own, with the tables of the services that were asked for.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _folder;

    private TestDatabase(string folder, Database database)
    {
        _folder = folder;
        Database = database;
    }

    public Database Database { get; }

    public static async Task<TestDatabase> CreateAsync(TimeProvider time, params Assembly[] services)
    {
        var folder = Directory.CreateTempSubdirectory("trading-tests-").FullName;
        var database = Database.Create(new DatabaseContext
        {
            Options = new DatabaseOptions { Path = Path.Combine(folder, "trading.db") },
            Environment = DeploymentEnvironment.Test,
            Time = time,
            Loggers = NullLoggerFactory.Instance,
        });
        foreach (var service in services)
        {
            var name = service.GetName().Name!;
            await SchemaMigrator.EnsureAsync(
                database, new SchemaMigrations(name, service, $"{name}.Migrations", $"schema_{name.ToLowerInvariant()}"), TestContext.Current.CancellationToken);
        }
        return new TestDatabase(folder, database);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
