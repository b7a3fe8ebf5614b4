using Strongroom.Backends;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

/// <summary>What holds for the backend as a whole: its names, its limits and its errors.</summary>
public sealed class EnvBackendTests : EnvBackendTest
{
    [Fact]
    public void Constructor_with_names_that_meet_in_a_variable_refuses_with_all_of_them()
    {
        var declaration = SecretDeclaration.Parse(
            """{ "service": "s", "secrets": [ { "name": "a/b" }, { "name": "a_b" }, { "name": "vault/token" } ] }"""
        );

        var error = Assert.Throws<SecretConfigurationException>(() =>
            new EnvBackend(Settings() with { Declaration = declaration })
        );

        Assert.Equal(2, error.Faults.Count);
    }

    [Theory]
    [InlineData(null, "alpaca/api_key_id", "database/password")]
    [InlineData("alpaca/", "alpaca/api_key_id")]
    [InlineData("alpaca", "alpaca/api_key_id")]
    [InlineData("alp")]
    public async Task ListAsync_gives_declared_names_that_have_a_value(string? prefix, params string[] expected)
    {
        Folder.Write(".env", $"ALPACA_API_KEY_ID={First}\nSTRAY={First}\n");
        ProcessVariables["DATABASE_PASSWORD"] = Second;

        var names = await Backend().ListAsync(prefix, Ct).Select(name => name.ToString()).ToListAsync(Ct);

        Assert.Equal(expected, names);
    }

    [Fact]
    public async Task What_the_backend_cannot_do_is_refused_as_unsupported()
    {
        var backend = Backend();
        var location = LocationOf("database/password");
        using var value = SecretValue.FromText(First);
        SecretRefusedException[] errors =
        [
            await Assert.ThrowsAsync<SecretRefusedException>(async () =>
                await backend.HistoryAsync(location, Ct).ToListAsync(Ct)
            ),
            await Assert.ThrowsAsync<SecretRefusedException>(() => backend.RestoreAsync(location, null, Ct).AsTask()),
            await Assert.ThrowsAsync<SecretRefusedException>(() =>
                backend.WriteAsync(new SecretWrite(location, value, Stage: SecretStage.Pending), Ct).AsTask()
            ),
        ];

        Assert.All(errors, error => Assert.Equal(SecretErrorCode.Unsupported, error.Code));
        Assert.False(backend.Capabilities.Versions || backend.Capabilities.Restore || backend.Capabilities.Pending);
    }

    [Fact]
    public async Task No_error_shows_a_value()
    {
        Folder.Write(".env", $"DATABASE_PASSWORD={First}\nALPACA_API_KEY_ID={Second}\n");
        var errors = new List<Exception>
        {
            (await ReadAsync(Backend(), "alpaca")).Error!,
            await Assert.ThrowsAsync<SecretWriteException>(() => WriteAsync("database/password", Second, SetCondition.Absent)),
            await Assert.ThrowsAsync<SecretConfigurationException>(() =>
                WriteAsync("database/password", $"{First}${{{Second}}}")
            ),
        };

        Assert.All(errors, error =>
        {
            Assert.DoesNotContain(First, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Second, error.ToString(), StringComparison.Ordinal);
        });
    }
}
