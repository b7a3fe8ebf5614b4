using Strongroom.Vault.Policies;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Policies;

/// <summary>What the check finds beyond the paths that a service declares, and how it goes about where it may not ask.</summary>
public class PolicyCheckTests
{
    private static readonly SecretDeclaration s_own = SecretDeclaration.Parse(
        """
        { "service": "gateway",
          "secrets": [ { "name": "alpaca/key" }, { "name": "redis/password", "access": ["read", "write"] } ] }
        """
    );

    private static readonly SecretDeclaration s_other = SecretDeclaration.Parse(
        """{ "service": "payments", "secrets": [ { "name": "payments/card/key" }, { "name": "redis/admin" } ] }"""
    );

    [Theory]
    [InlineData("path \"secret/data/payments/card/key\" { capabilities = [\"read\"] }", "secret/data/payments/card/key")]
    [InlineData("path \"secret/data/redis/admin\" { capabilities = [\"read\"] }", "secret/data/redis/admin")]
    [InlineData("path \"secret/data/payments/*\" { capabilities = [\"read\"] }", "secret/data/payments/strongroom~undeclared")]
    [InlineData("path \"secret/data/redis/*\" { capabilities = [\"read\"] }", "secret/data/redis/strongroom~undeclared")]
    [InlineData(
        "path \"secret/data/payments/card/*\" { capabilities = [\"update\"] }",
        "secret/data/payments/card/strongroom~undeclared"
    )]
    [InlineData("path \"secret/data/+/password\" { capabilities = [\"read\"] }", "secret/data/strongroom~undeclared/password")]
    [InlineData(
        "path \"secret/destroy/payments/*\" { capabilities = [\"update\"] }",
        "secret/destroy/payments/strongroom~undeclared"
    )]
    public async Task Check_finds_another_services_secret_by_exact_path_and_by_a_wildcard_in_any_declared_folder(
        string line,
        string found
    )
    {
        await using var fixture = await VaultFixture.StartAsync();
        var token = await fixture.TokenAsync($"{VaultPolicy.For(s_own, "", "secret")}\n{line}");

        var report = await fixture
            .Backend(options => options.Token = SecretValue.FromText(token))
            .CheckPolicyAsync(s_own, [s_other], CancellationToken.None);

        Assert.Empty(report.Missing);
        Assert.Equal([found], report.Excessive.Select(tooMuch => tooMuch.Path));
        Assert.Empty(report.Unchecked);
    }

    [Fact]
    public async Task Check_with_the_policy_that_is_printed_and_without_the_default_one_finds_nothing_wrong()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ids = await fixture.AppRoleAsync(
            "gateway",
            VaultPolicy.For(s_own, "", "secret"),
            new { token_no_default_policy = true, token_ttl = "1h" }
        );

        var report = await fixture.AppRoleBackend(ids).CheckPolicyAsync(s_own, [s_other], CancellationToken.None);

        Assert.Empty(report.Missing);
        Assert.Empty(report.Excessive);
        Assert.Equal(["sys/capabilities-self", "secret/data/redis/password"], report.Unchecked.Select(line => line.Path));
    }

    [Fact]
    public async Task Check_without_capabilities_self_finds_by_reading_and_says_what_it_did_not_ask()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var ids = await fixture.AppRoleAsync(
            "gateway",
            """
            path "secret/data/redis/password" { capabilities = ["read"] }
            path "secret/data/payments/*" { capabilities = ["read"] }
            """,
            new { token_no_default_policy = true, token_ttl = "1h" }
        );

        var report = await fixture.AppRoleBackend(ids).CheckPolicyAsync(s_own, [s_other], CancellationToken.None);

        Assert.Equal(["secret/data/alpaca/key", "secret/metadata/redis/password"], report.Missing.Select(line => line.Path));
        Assert.Contains("secret/data/payments/strongroom~undeclared", report.Excessive.Select(line => line.Path));
        Assert.Contains("sys/capabilities-self", report.Unchecked.Select(line => line.Path));
        Assert.Contains(
            """path "secret/data/redis/password" { capabilities = ["create", "update"] }""",
            report.Unchecked.Select(line => new PolicyLine(line.Path, line.Capabilities).ToString())
        );
    }

    [Fact]
    public async Task Policy_and_check_on_a_version_1_engine_are_those_of_version_1()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.AdminAsync("POST", "sys/mounts/kv1", new { type = "kv", options = new { version = "1" } });
        await fixture.AdminAsync("POST", "kv1/alpaca/key", new { value = VaultFixture.Fresh() });
        var ids = await fixture.AppRoleAsync(
            "gateway",
            VaultPolicy.For(s_own, "", "kv1", kvVersion: 1),
            new { token_no_default_policy = true, token_ttl = "1h" }
        );
        var backend = fixture.AppRoleBackend(ids, options => options.KvMount = "kv1");

        await backend.TextAsync("alpaca/key");
        var report = await backend.CheckPolicyAsync(s_own, [s_other], CancellationToken.None);

        Assert.Equal(["kv1/alpaca/key", "kv1/redis/password"], VaultPolicy.Lines(s_own, "", "kv1", 1).Select(line => line.Path));
        Assert.Empty(report.Missing);
        Assert.Empty(report.Excessive);
    }
}
