using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Testing;
using Strongroom.Vault.Policies;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests;

/// <summary>A real host with <c>AddStrongroom().AddVault()</c>, set up by nothing but settings.</summary>
public class StrongroomBuilderExtensionsTests
{
    private const string Declaration =
        """{ "service": "execution_gateway", "secrets": [ { "name": "database/password" }, { "name": "redis/password" } ] }""";

    [Fact]
    public async Task AddVault_serves_a_host_by_its_settings_and_the_end_gives_the_login_back()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var password = VaultFixture.Fresh();
        await fixture.PutAsync("test/database/password", new { value = password });
        await fixture.PutAsync("test/redis/password", new { value = VaultFixture.Fresh() });
        var ids = await fixture.AppRoleAsync(
            "execution",
            VaultPolicy.For(SecretDeclaration.Parse(Declaration), "test/", "secret")
        );
        var before = fixture.Server.Requests.Total;
        using var host = Build(fixture, ids);
        await host.StartAsync();

        Assert.Equal(
            password,
            (
                await host.Services.GetRequiredService<ISecretManager>().GetAsync(SecretName.Parse("database/password"))
            ).Value.Reveal()
        );
        Assert.Equal(before + 3, fixture.Server.Requests.Total);
        Assert.Equal(1, fixture.Server.Requests.Logins);

        await host.StopAsync();
        Assert.Equal(1, fixture.Server.Requests.Of("POST", "auth/token/revoke-self", 204));
        Assert.DoesNotContain(fixture.Log.Entries, entry =>
            entry.Text.Contains(ids.SecretId, StringComparison.Ordinal) || entry.Text.Contains(password, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_start_of_one_bundle_by_AppRole_costs_two_round_trips()
    {
        const string pair = """
            { "service": "execution_gateway", "secrets": [
              { "name": "a/key", "at": "a/pair#key", "bundle": "pair" },
              { "name": "a/secret", "at": "a/pair#secret", "bundle": "pair" } ] }
            """;
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("test/a/pair", new { key = VaultFixture.Fresh(), secret = VaultFixture.Fresh() });
        var ids = await fixture.AppRoleAsync("execution", VaultPolicy.For(SecretDeclaration.Parse(pair), "test/", "secret"));
        var before = fixture.Server.Requests.Total;
        using var host = Build(fixture, ids, pair);
        await host.StartAsync();

        Assert.Equal(before + 2, fixture.Server.Requests.Total);
        Assert.Equal(1, fixture.Server.Requests.Of("POST", "auth/approle/login", 200));
        Assert.Equal(1, fixture.Server.Requests.Of("GET", "secret/data/test/a/pair", 200));
        await host.StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_start_reads_all_secrets_in_one_trip_after_at_most_one_for_the_login(bool isAppRole)
    {
        const string five = """
            { "service": "execution_gateway", "secrets": [
              { "name": "a/one" }, { "name": "a/two" }, { "name": "b/three" }, { "name": "b/four" }, { "name": "c/five" } ] }
            """;
        await using var fixture = await VaultFixture.StartAsync();
        foreach (var secret in SecretDeclaration.Parse(five).Secrets)
            await fixture.PutAsync("test/" + secret.StoredName.Path, new { value = VaultFixture.Fresh() });
        var ids = await fixture.AppRoleAsync("execution", VaultPolicy.For(SecretDeclaration.Parse(five), "test/", "secret"));
        var before = fixture.Server.Requests.Total;
        using var host = isAppRole
            ? Build(fixture, ids, five)
            : Build(fixture, ids, five, ("VAULT_AUTH_METHOD", "token"), ("VAULT_TOKEN", fixture.Server.RootToken));
        var answers = fixture.Server.Faults.Add(Fault.Hang(), new FaultTrigger { PathPrefix = "/v1/secret" });

        var start = host.StartAsync();
        // None was answered yet, and all five are asked for.
        while (answers.Hits < 5 && !start.IsCompleted)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        Assert.Equal(5, answers.Hits);
        Assert.Equal(before + (isAppRole ? 1 : 0), fixture.Server.Requests.Total);
        answers.Clear();
        await start;

        Assert.Equal(before + (isAppRole ? 6 : 5), fixture.Server.Requests.Total);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_start_with_a_policy_that_lacks_a_path_names_secret_and_line()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("test/database/password", new { value = VaultFixture.Fresh() });
        await fixture.PutAsync("test/redis/password", new { value = VaultFixture.Fresh() });
        using var host = Build(
            fixture,
            await fixture.AppRoleAsync("execution", "path \"secret/data/test/database/password\" { capabilities = [\"read\"] }")
        );
        var error = await Assert.ThrowsAsync<SecretStartupException>(() => host.StartAsync());
        Assert.Contains("redis/password (Denied)", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            """path "secret/data/test/redis/password" { capabilities = ["read"] }""",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_start_that_cannot_log_in_says_so_and_the_next_one_does_not_try()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ids = await fixture.AppRoleAsync(
            "execution",
            "path \"secret/data/test/database/password\" { capabilities = [\"read\"] }"
        );
        for (var i = 0; i < 3; i++)
        {
            using var host = Build(fixture, (ids.RoleId, "wrong-secret-id"));
            var error = await Assert.ThrowsAsync<SecretStartupException>(() => host.StartAsync());
            Assert.Contains("VAULT_SECRET_ID", error.Message, StringComparison.Ordinal);
            await ((IAsyncDisposable)host).DisposeAsync();
        }
        Assert.Equal(1, fixture.Server.Requests.Logins);
    }

    private static IHost Build(
        VaultFixture fixture,
        (string RoleId, string SecretId) ids,
        string declaration = Declaration,
        params (string Name, string Value)[] more
    )
    {
        var file = Path.Combine(fixture.Folder, "secrets.json");
        File.WriteAllText(file, declaration);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DEPLOYMENT_ENV"] = "test",
                ["SECRET_BACKEND"] = "vault",
                ["SECRET_NAMESPACE"] = "test/",
                ["SECRET_DECLARATION"] = file,
                ["STRONGROOM_JOURNAL_DIR"] = Path.Combine(fixture.Folder, "journal"),
                ["VAULT_ADDR"] = fixture.Server.Url.ToString(),
                ["VAULT_AUTH_METHOD"] = "approle",
                ["VAULT_ROLE_ID"] = ids.RoleId,
                ["VAULT_SECRET_ID"] = ids.SecretId,
            }
        );
        builder.Configuration.AddInMemoryCollection(more.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value)));
        builder.Logging.AddProvider(fixture.Log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddStrongroom(builder.Configuration).AddVault();
        return builder.Build();
    }
}
