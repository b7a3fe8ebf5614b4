using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Audit;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Configuration;

public sealed class ConfigurationProviderTests : IDisposable
{
    private const string Declaration = """
        { "service": "test_service", "secrets": [
          { "name": "database/password", "configurationKey": "Database:Password" },
          { "name": "alpaca/api_key_id" } ] }
        """;

    private readonly HostFixture _fixture = new();

    public ConfigurationProviderTests()
    {
        _fixture.WriteDeclaration(Declaration);
        _fixture.Configure = (builder, strongroom) => strongroom.AddConfigurationProvider(builder.Configuration);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Provider_shows_marked_names_only_and_each_load_is_audited()
    {
        var host = await _fixture.StartAsync();
        var configuration = host.Services.GetRequiredService<IConfiguration>();
        var password = await host.Services.GetRequiredService<ISecretManager>().GetAsync(Fixture.Password);
        Assert.Equal(password.Value.Reveal(), configuration["Database:Password"]);
        Assert.Equal("Password", Assert.Single(configuration.GetSection("Database").GetChildren()).Key);
        Assert.DoesNotContain(configuration.AsEnumerable(), entry => entry.Value == _fixture.KeyId);

        await host.StopAsync();
        Assert.Null(configuration["Database:Password"]); // gone with its value
        Assert.Empty(configuration.GetSection("Database").GetChildren());
        await HostFixture.DisposeAsync(host);
        Assert.Equal(
            "database/password",
            Assert.Single(_fixture.Store.Rows, row => row.Operation == AccessOperation.Configure).Name
        );
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("on", true)]
    public async Task Provider_in_production_is_off_unless_switched_on(string? setting, bool shown)
    {
        _fixture.Settings["DEPLOYMENT_ENV"] = "production";
        _fixture.Settings["SECRET_BACKEND"] = "memory";
        _fixture.Settings["SECRET_CONFIGURATION_PROVIDER"] = setting;
        var backend = new ProgrammableBackend();
        _fixture.Configure = (builder, strongroom) =>
            strongroom.AddBackend("memory", _ => backend).AddConfigurationProvider(builder.Configuration);
        var host = await _fixture.StartAsync();
        Assert.Equal(
            shown ? backend.ValueOf("database/password") : null,
            host.Services.GetRequiredService<IConfiguration>()["Database:Password"]
        );
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);
    }

    [Fact]
    public async Task Provider_lets_every_write_to_a_key_that_it_does_not_show_pass()
    {
        _fixture.Configure = (builder, strongroom) =>
        {
            strongroom.AddConfigurationProvider(builder.Configuration);
            builder.Configuration["Before:Start"] = "set";
            Assert.Equal("set", builder.Configuration["Before:Start"]);
            // A source that is taken out makes configuration dispose and rebuild its providers.
            builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource());
            builder.Configuration.Sources.RemoveAt(0);
            builder.Configuration["Database:Host"] = "db.internal";
        };
        var host = await _fixture.StartAsync();
        var configuration = host.Services.GetRequiredService<IConfiguration>();
        configuration["urls"] = "http://127.0.0.1:0";
        configuration["Database:Port"] = "5432";

        Assert.Equal(
            ["http://127.0.0.1:0", "db.internal", "5432"],
            [configuration["urls"], configuration["Database:Host"], configuration["Database:Port"]]
        );
        Assert.NotEmpty(configuration["Database:Password"]!);
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);
    }

    [Fact]
    public async Task Provider_refuses_a_write_to_a_secret_that_it_shows()
    {
        var host = await _fixture.StartAsync();
        var configuration = host.Services.GetRequiredService<IConfiguration>();
        var fault = Assert.Throws<NotSupportedException>(() => configuration["database:password"] = "plain-text");
        Assert.DoesNotContain("plain-text", fault.Message, StringComparison.Ordinal);
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);
    }
}
