using Microsoft.Extensions.Logging.Abstractions;

namespace Strongroom.Storage.Tests.PostgreSql;

public class PasswordBindingTests
{
    [Theory]
    [InlineData("postgres://db.internal:5432", "db.internal", 5432)]
    [InlineData("postgresql://DB.internal", "db.INTERNAL", 5432)]
    [InlineData("postgres://db.internal:6432", "db.internal", 6432)]
    [InlineData("postgres://127.0.0.1:5432", "127.0.0.1", 5432)]
    [InlineData("postgres://[::1]:5432", "::1", 5432)]
    public async Task Create_in_production_goes_to_hosts_that_are_named(string origin, string host, int port)
    {
        await using var database = Create(DeploymentEnvironment.Production, host, port, Declaration(origin));

        Assert.Contains($"{host}:{port}", database.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://db.internal:5432", "db.internal", 5433)]
    [InlineData("postgres://db.internal:5432", "db.internal.evil", 5432)]
    [InlineData("https://db.internal:5432", "db.internal", 5432)]
    [InlineData("redis://db.internal:5432", "db.internal", 5432)]
    [InlineData("postgres://db.internal:5432", "127.0.0.1", 5432)]
    [InlineData("postgres://db.internal:5432", "::1", 5432)]
    public void Create_in_production_refuses_every_other_host(string origin, string host, int port)
    {
        var refused = Assert.Throws<SecretRefusedException>(() =>
            Create(DeploymentEnvironment.Production, host, port, Declaration(origin))
        );

        Assert.Equal((SecretErrorCode.HostNotBound, "database/password"), (refused.Code, refused.Name.ToString()));
        Assert.Contains(host, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Local, "localhost")]
    [InlineData(DeploymentEnvironment.Test, "127.0.0.1")]
    [InlineData(DeploymentEnvironment.Local, "::1")]
    public async Task Create_in_local_and_test_counts_loopback_as_named(DeploymentEnvironment environment, string host)
    {
        await using var database = Create(environment, host, 5432, Declaration("postgres://db.internal:5432"));

        Assert.Equal(DatabaseDialect.PostgreSql, database.Dialect);
    }

    [Fact]
    public void Create_in_local_refuses_hosts_off_loopback() =>
        Assert.Throws<SecretRefusedException>(() =>
            Create(DeploymentEnvironment.Local, "localhost.evil", 5432, Declaration("postgres://db.internal:5432"))
        );

    [Fact]
    public void Create_without_the_password_in_the_declaration_says_what_to_add()
    {
        var refused = Assert.Throws<SecretRefusedException>(() =>
            Create(
                DeploymentEnvironment.Production,
                "db.internal",
                5432,
                SecretDeclaration.Parse("""{ "service": "risk_manager", "secrets": [] }""")
            )
        );

        Assert.Equal(SecretErrorCode.Undeclared, refused.Code);
        Assert.Contains("postgres://db.internal:5432", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_without_a_declaration_is_the_operator_s_choice()
    {
        await using var database = Create(DeploymentEnvironment.Production, "db.internal", 5432, null);

        Assert.Contains("db.internal", database.Location, StringComparison.Ordinal);
    }

    private static SecretDeclaration Declaration(string origin) =>
        SecretDeclaration.Parse(
            $$"""{ "service": "risk_manager", "secrets": [ { "name": "database/password", "sendTo": ["{{origin}}"] } ] }"""
        );

    private static Database Create(DeploymentEnvironment environment, string host, int port, SecretDeclaration? declaration) =>
        Database.Create(
            new DatabaseContext
            {
                Options = new DatabaseOptions
                {
                    Host = host,
                    Port = port,
                    Name = "strongroom",
                    User = "risk",
                },
                Environment = environment,
                Declaration = declaration,
                Login = _ => throw new InvalidOperationException("Nothing connects in these tests."),
                Time = TimeProvider.System,
                Loggers = NullLoggerFactory.Instance,
            }
        );
}
