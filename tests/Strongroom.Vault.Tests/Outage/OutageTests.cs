using Microsoft.Extensions.Diagnostics.HealthChecks;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Testing;
using Strongroom.Vault.Policies;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Outage;

/// <summary>Promises 1 to 3, through every layer against a server that is really away.</summary>
public class OutageTests
{
    public static TheoryData<string> Outages => [.. s_begin.Keys];

    private const int NeedsOperator = 1109;
    private const string Paused = "paused";
    private const string Killed = "killed";
    private const string Hanging = "hanging while its health looks fine";
    private const string Slow = "slow";
    private const string ExpiredCertificate = "an expired certificate";

    private static readonly Dictionary<string, Func<VaultServer, Task>> s_begin = new()
    {
        // As its kernel does for a process that is stopped: connections are taken, and nothing comes.
        [Paused] = server => Do(() => server.Faults.Add(Fault.Hang())),
        [Killed] = server => server.StopListeningAsync(),
        ["sealed"] = server => Do(server.Seal),
        ["resetting connections as they open"] = server => Do(() => server.Faults.Add(Fault.Down())),
        ["resetting connections"] = server => Do(() => server.Faults.Add(Fault.Reset())),
        ["half answers"] = server => Do(() => server.Faults.Add(Fault.HalfBody())),
        ["answering 500"] = server => Do(() => server.Faults.Add(Fault.Status(500, """{"errors":["internal error"]}"""))),
        ["a proxy's page"] = server => Do(() => server.Faults.Add(Fault.HtmlPage(403))),
        [Hanging] = server => Do(() => server.Faults.Add(Fault.Hang(), new FaultTrigger { PathPrefix = "/v1/secret" })),
        [Slow] = server =>
            Do(() => server.Faults.Add(Fault.Slow(TimeSpan.FromSeconds(9)), new FaultTrigger { PathPrefix = "/v1/secret" })),
        ["throttled"] = server => Do(() => server.Faults.Add(Fault.Status(429))),
        [ExpiredCertificate] = _ => Task.CompletedTask,
    };

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task Fifty_minutes_away_trading_goes_on_as_the_budget_allows_and_recovery_needs_no_hand(string outage)
    {
        using var authority = outage == ExpiredCertificate ? new TestAuthority() : null;
        await using var vault = await ManagedVault.StartAsync(authority);
        var value = await vault.KeyIdAsync();
        await vault.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(BundleCondition.Healthy, vault.Alpaca.Condition);

        await s_begin[outage](vault.Fixture.Server);
        if (authority is not null)
            await vault.Fixture.Server.ChangeCertificateAsync(authority.Issue("127.0.0.1", days: -1));
        vault.Hangs = outage is Paused or Hanging or Slow;
        await vault.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(value, await vault.KeyIdAsync());
        Assert.Equal(BundleCondition.Degraded, vault.Alpaca.Condition);
        Assert.InRange(vault.Alpaca.BudgetLeft.TotalMinutes, 24, 31);
        Assert.Equal(CredentialPermission.All, vault.Runtime.Breaker.Permission);
        Assert.Equal(
            $"Degraded, version 1, {vault.Alpaca.BudgetLeft.TotalSeconds:0} s left",
            (await HealthAsync(vault)).Data["alpaca"]
        );
        if (outage == Hanging)
            Assert.NotNull(await vault.Fixture.AdminAsync("GET", "sys/health"));

        await vault.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(value, await vault.KeyIdAsync());
        Assert.InRange(vault.Alpaca.BudgetLeft.TotalMinutes, 4, 11);
        Assert.Equal(CredentialPermission.Restricted, vault.Runtime.Breaker.Permission);

        vault.Hangs = false;
        vault.Fixture.Server.Faults.Clear();
        vault.Fixture.Server.Unseal();
        if (authority is not null)
            await vault.Fixture.Server.ChangeCertificateAsync(authority.Issue("127.0.0.1"));
        await vault.Fixture.Server.ListenAgainAsync();
        if (outage == Killed)
            await RestartedAsync(vault);
        // Who was throttled comes back later, by a share of what is left.
        await vault.PassAsync(TimeSpan.FromMinutes(outage == "throttled" ? 2.5 : 1));
        Assert.Equal(BundleCondition.Healthy, vault.Alpaca.Condition);
        Assert.Equal(CredentialPermission.All, vault.Runtime.Breaker.Permission);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(vault)).Status);
        Assert.Equal(value, await vault.KeyIdAsync());
        Assert.Empty(vault.Runtime.Breaker.Uncleared);
        AssertAccounted(vault);
    }

    [Fact]
    public async Task An_hour_away_ends_the_value_and_trips()
    {
        await using var vault = await ManagedVault.StartAsync();
        await vault.Fixture.Server.StopListeningAsync();
        await vault.PassAsync(TimeSpan.FromMinutes(61));
        await Assert.ThrowsAnyAsync<SecretException>(() => vault.KeyIdAsync());
        Assert.Equal(CredentialPermission.Halted, vault.Runtime.Breaker.Permission);
        Assert.NotEmpty(vault.Runtime.Breaker.Uncleared);
    }

    [Fact]
    public async Task A_revoked_token_is_replaced_behind_the_reads()
    {
        await using var vault = await ManagedVault.StartAsync();
        await vault.Fixture.AdminAsync("POST", "auth/token/revoke", new { token = vault.Backend.Session.Current!.Token });
        await vault.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(BundleCondition.Healthy, vault.Alpaca.Condition);
        Assert.Equal(2, vault.Fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_revoked_token_that_another_program_made_stops_opening_orders_until_its_file_has_another()
    {
        await using var vault = await ManagedVault.StartWithTokenFileAsync();
        var value = await vault.KeyIdAsync();
        await vault.Fixture.AdminAsync("POST", "auth/token/revoke", new { token = vault.Backend.Session.Current!.Token });
        await vault.PassAsync(TimeSpan.FromMinutes(8));
        Assert.Equal(value, await vault.KeyIdAsync());
        Assert.Equal(BundleCondition.Degraded, vault.Alpaca.Condition);
        Assert.Equal(SecretErrorCode.LoginRejected, vault.Alpaca.LastError);
        Assert.Equal(CredentialPermission.Restricted, vault.Runtime.Breaker.Permission);
        Assert.Equal(
            $"Degraded, version 1, {vault.Alpaca.BudgetLeft.TotalSeconds:0} s left",
            (await HealthAsync(vault)).Data["alpaca"]
        );

        await vault.BringTokenAsync();
        await vault.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(BundleCondition.Healthy, vault.Alpaca.Condition);
        Assert.Equal(CredentialPermission.All, vault.Runtime.Breaker.Permission);
        Assert.Equal(value, await vault.KeyIdAsync());
        Assert.Empty(vault.Runtime.Breaker.Uncleared);
    }

    [Fact]
    public async Task A_policy_that_loses_a_path_while_we_run_names_secret_and_line_once_and_touches_no_other_secret()
    {
        await using var vault = await ManagedVault.StartAsync();
        const string line = """path "secret/data/alpaca/credentials" { capabilities = ["read"] }""";
        var policy = VaultPolicy.For(ManagedVault.Declaration, "", "secret");
        await vault.Fixture.PolicyAsync("execution", policy.Replace(line, "", StringComparison.Ordinal));
        await vault.PassAsync(TimeSpan.FromMinutes(8));

        Assert.Equal(SecretErrorCode.Denied, vault.Alpaca.LastError);
        Assert.Equal(
            BundleCondition.Healthy,
            vault.Manager.State.Bundles.Single(bundle => bundle.Bundle == "database/password").Condition
        );
        var told = Assert.Single(vault.Fixture.Log.Entries, entry => entry.Id.Id == NeedsOperator);
        Assert.Contains("alpaca/api_key_id", told.Text, StringComparison.Ordinal);
        Assert.Contains(line, told.Text, StringComparison.Ordinal);

        await vault.Fixture.PolicyAsync("execution", policy);
        await vault.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(BundleCondition.Healthy, vault.Alpaca.Condition);
        Assert.Empty(vault.Runtime.Breaker.Uncleared);
    }

    [Fact]
    public async Task A_role_that_is_gone_is_denied_named_in_state_and_trips_after_the_grace()
    {
        await using var vault = await ManagedVault.StartAsync();
        await vault.Fixture.AdminAsync("DELETE", "auth/approle/role/execution");
        await vault.Fixture.AdminAsync("POST", "auth/token/revoke", new { token = vault.Backend.Session.Current!.Token });
        await vault.PassAsync(TimeSpan.FromMinutes(8));
        Assert.Equal(CredentialPermission.Restricted, vault.Runtime.Breaker.Permission);
        Assert.Contains("refused the login", vault.Manager.State.BackendProblem, StringComparison.Ordinal);
        var health = await HealthAsync(vault);
        Assert.Contains("refused the login", health.Data["(backend)"].ToString(), StringComparison.Ordinal);
        Assert.Equal(2, vault.Fixture.Server.Requests.Logins);
        await vault.PassAsync(TimeSpan.FromMinutes(12));
        Assert.Equal(CredentialPermission.Halted, vault.Runtime.Breaker.Permission);
        Assert.Equal(TripCause.Denied, Assert.Single(vault.Runtime.Breaker.Uncleared).Cause);
    }

    [Fact] // PROTOCOLS 42
    public async Task A_new_version_is_adopted_and_a_deleted_secret_is_told_from_an_outage()
    {
        await using var vault = await ManagedVault.StartAsync();
        var fresh = VaultFixture.Fresh();
        await vault.Fixture.PutAsync("alpaca/credentials", new { api_key_id = fresh, api_secret_key = VaultFixture.Fresh() });
        await vault.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(fresh, await vault.KeyIdAsync());
        Assert.Equal("2", vault.Alpaca.Version!.Value.Id);

        await vault.Fixture.AdminAsync("DELETE", "secret/data/alpaca/credentials");
        await vault.PassAsync(TimeSpan.FromMinutes(7));
        Assert.Equal(SecretErrorCode.Deleted, vault.Alpaca.LastError);
        Assert.Equal(CredentialPermission.Restricted, vault.Runtime.Breaker.Permission);
    }

    [Fact] // PROTOCOLS 13
    public async Task The_audit_has_Vaults_request_id_and_no_value_is_logged()
    {
        await using var vault = await ManagedVault.StartAsync();
        var value = await vault.KeyIdAsync();
        vault.Runtime.Trail.Journal.Fold();
        Assert.Contains(vault.Runtime.Trail.Journal.Unshipped(int.MaxValue), row => row.RequestId is { Length: 36 });
        Assert.DoesNotContain(vault.Fixture.Log.Entries, entry =>
            entry.Text.Contains(value, StringComparison.Ordinal)
            || entry.Text.Contains(vault.Backend.Session.Current!.Token, StringComparison.Ordinal)
        );
    }

    /// <summary>A Vault that was killed comes back sealed, and is unsealed.</summary>
    private static async Task RestartedAsync(ManagedVault vault)
    {
        vault.Fixture.Server.Seal();
        await vault.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(SecretErrorCode.Sealed, vault.Alpaca.LastError);
        vault.Fixture.Server.Unseal();
    }

    /// <summary>Nothing is lost: the rows have no gap, and account for every read and every vain request to Vault.</summary>
    private static void AssertAccounted(ManagedVault vault)
    {
        vault.Runtime.Trail.Journal.Fold();
        var rows = vault.Runtime.Trail.Journal.Unshipped(int.MaxValue);
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => (long)number), rows.Select(row => row.Sequence));
        var reads = rows.Where(row => row.Operation == AccessOperation.Get).ToList();
        Assert.Equal(vault.Reads, reads.Sum(row => row.AccessCount));
        Assert.All(reads, row => Assert.Equal(AccessOutcome.Success, row.Outcome));
        Assert.Contains(reads, row => row.Source == AccessSource.Stale);
        Assert.InRange(
            rows.Where(row => row is { Operation: AccessOperation.Refresh, Outcome: AccessOutcome.Unavailable })
                .Sum(row => row.AccessCount),
            30,
            330
        );
    }

    private static Task<HealthCheckResult> HealthAsync(ManagedVault vault) =>
        new SecretHealthCheck(vault.Manager).CheckHealthAsync(new());

    private static Task Do(Action begin)
    {
        begin();
        return Task.CompletedTask;
    }
}
