using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Schema;

/// <summary>
/// Migrations that lie in folders beside a service: what the upgrade runs and the service's own check then finds as its own.
/// </summary>
public sealed class PublishedMigrationsTests : IDisposable
{
    private static readonly SchemaMigrations s_embedded = new(
        "orders",
        typeof(PublishedMigrationsTests).Assembly,
        "Strongroom.Storage.Tests.Schema.OwnNewer",
        "schema_orders"
    );

    private readonly string _folder = Directory.CreateTempSubdirectory("strongroom-migrations-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Schema_that_was_made_from_files_is_the_one_that_a_service_has_embedded()
    {
        await using var store = new SqliteTestStore();
        Publish("one", "orders");

        var published = Assert.Single(PublishedMigrations.Load([Path.Combine(_folder, "one")], DatabaseDialect.Sqlite));

        Assert.Equal(2, await SchemaMigrator.MigrateAsync(store.Open(), published, Ct));
        await SchemaMigrator.CheckAsync(store.Open(DeploymentEnvironment.Production), s_embedded, Ct);
        // Also the checksums are the same, which only migrating compares.
        Assert.Equal(0, await SchemaMigrator.MigrateAsync(store.Open(), s_embedded, Ct));
    }

    [Fact]
    public void Load_takes_the_newest_of_what_several_services_publish()
    {
        Publish("one", "orders", versions: 1);
        Publish("two", "orders");

        var published = Assert.Single(
            PublishedMigrations.Load([Path.Combine(_folder, "one"), Path.Combine(_folder, "two")], DatabaseDialect.Sqlite)
        );

        Assert.Equal(2, published.LatestVersion(DatabaseDialect.Sqlite));
    }

    [Fact]
    public void Load_refuses_two_folders_that_differ_in_a_migration_of_one_schema()
    {
        Publish("one", "orders");
        Publish("two", "orders");
        File.AppendAllText(
            Directory.GetFiles(Path.Combine(_folder, "two", "orders", "sqlite")).Order(StringComparer.Ordinal).First(),
            "\n-- edited"
        );

        var refused = Assert.Throws<SecretConfigurationException>(() =>
            PublishedMigrations.Load([Path.Combine(_folder, "one"), Path.Combine(_folder, "two")], DatabaseDialect.Sqlite)
        );

        Assert.Contains("different migrations of 'orders'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", null)]
    [InlineData("empty", "")]
    [InlineData("name", "Orders; DROP/sqlite/V1__a.sql")]
    [InlineData("file", "orders/sqlite/first.sql")]
    [InlineData("file", "orders/sqlite/Vone__a.sql")]
    [InlineData("dialect", "orders/postgresql/V1__a.sql")]
    public void Load_refuses_what_holds_no_migrations_and_names_it(string folder, string? file)
    {
        var path = Path.Combine(_folder, folder);
        if (file is not null)
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, file))!);
        if (file is { Length: > 0 })
            File.WriteAllText(Path.Combine(path, file), "SELECT 1;");

        var refused = Assert.Throws<SecretConfigurationException>(() => PublishedMigrations.Load([path], DatabaseDialect.Sqlite));

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    private void Publish(string parent, string name, int versions = int.MaxValue)
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder, parent, name, "sqlite")).FullName;
        const string prefix = "Strongroom.Storage.Tests.Schema.OwnNewer.sqlite.";
        foreach (
            var resource in GetType()
                .Assembly.GetManifestResourceNames()
                .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Take(versions)
        )
        {
            using var source = GetType().Assembly.GetManifestResourceStream(resource)!;
            using var file = File.Create(Path.Combine(target, resource[prefix.Length..]));
            source.CopyTo(file);
        }
    }
}
