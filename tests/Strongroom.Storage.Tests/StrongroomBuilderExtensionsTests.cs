using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests;

public class StrongroomBuilderExtensionsTests
{
    [Fact]
    public async Task AddDatabase_gives_both_stores_on_one_database()
    {
        await using var store = new SqliteTestStore();
        await using var services = Build(new PlainBuilder(("DATABASE_PATH", store.Path)));

        await services.GetRequiredService<IAuditStore>().PrepareAsync(TestContext.Current.CancellationToken);
        var trips = await services
            .GetRequiredService<ITripStore>()
            .ListUnclearedAsync(default, TestContext.Current.CancellationToken);

        Assert.Empty(trips);
        Assert.Equal($"SQLite at {store.Path}", services.GetRequiredService<Database>().Location);
        Assert.Same(services.GetRequiredService<IAuditStore>(), services.GetRequiredService<IAuditStore>());
    }

    [Fact]
    public void AddDatabase_with_wrong_settings_fails_where_the_database_is_first_asked_for()
    {
        using var services = Build(new PlainBuilder(("DATABASE_HOST", "db.internal")));

        var wrong = Assert.Throws<SecretConfigurationException>(services.GetRequiredService<IAuditStore>);

        Assert.Equal(2, wrong.Faults.Count);
    }

    [Fact]
    public void AddDatabase_to_a_host_that_the_declaration_does_not_name_is_refused_before_anything_connects()
    {
        using var services = Build(
            new PlainBuilder(("DATABASE_HOST", "db.evil"), ("DATABASE_NAME", "n"), ("DATABASE_USER", "u"))
        );

        var refused = Assert.Throws<SecretRefusedException>(services.GetRequiredService<Database>);

        Assert.Equal(SecretErrorCode.HostNotBound, refused.Code);
    }

    [Fact]
    public async Task AddDatabase_asks_the_manager_only_when_it_connects()
    {
        var builder = new PlainBuilder(("DATABASE_HOST", "127.0.0.1"), ("DATABASE_NAME", "n"), ("DATABASE_USER", "u"));
        builder.Services.AddSingleton<ISecretManager>(_ => throw new SecretUnavailableException(SecretErrorCode.Sealed, "asked"));
        await using var impostor = new PostgresImpostor(PostgresImpostor.AskScram);
        await using var services = Build(builder, options => options.Port = impostor.Port);
        var database = services.GetRequiredService<Database>();

        var asked = await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await database.OpenAsync(TestContext.Current.CancellationToken)
        );

        Assert.Equal(SecretErrorCode.Sealed, asked.Code);
    }

    private static ServiceProvider Build(PlainBuilder builder, Action<DatabaseOptions>? change = null)
    {
        builder.AddDatabase();
        builder
            .Services.AddSingleton(
                new StrongroomInfo("risk_manager", "risk_manager-1", DeploymentEnvironment.Test, "env", "", null)
            )
            .AddSingleton(
                SecretDeclaration.Parse("""{ "service": "risk_manager", "secrets": [ { "name": "database/password" } ] }""")
            )
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        var services = builder.Services.BuildServiceProvider();
        if (change is not null)
            change(services.GetRequiredService<DatabaseOptions>());
        return services;
    }

    private sealed class PlainBuilder(params (string Key, string Value)[] settings) : IStrongroomBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } =
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
                .Build();

        public IStrongroomBuilder AddBackend(string name, Func<BackendContext, ISecretBackend> create) => this;

        public IStrongroomBuilder AddConfigurationProvider(IConfigurationBuilder configuration) => this;
    }
}
