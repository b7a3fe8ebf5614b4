using Amazon.Runtime;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Strongroom.Aws.Tests.Support;
using Strongroom.Breaker;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Outage;

/// <summary>Promises 1 to 3, through every layer against a server that is really away.</summary>
public class OutageTests
{
    public static TheoryData<string> Outages => [.. s_begin.Keys];

    private const string Hanging = "hanging";
    private const string Slow = "slow";

    private static readonly Dictionary<string, Func<SecretsManagerServer, Task>> s_begin = new()
    {
        ["stopped"] = server => server.StopListeningAsync(),
        ["reset"] = server => Do(() => server.Faults.Add(Fault.Reset())),
        ["half answers"] = server => Do(() => server.Faults.Add(Fault.HalfBody())),
        ["errors"] = server => Do(() => server.Faults.Add(SecretsManagerFaults.InternalError())),
        ["unavailable"] = server => Do(() => server.Faults.Add(SecretsManagerFaults.Unavailable())),
        ["a proxy's page"] = server => Do(() => server.Faults.Add(Fault.HtmlPage(403))),
        [Hanging] = server => Do(() => server.Faults.Add(Fault.Hang())),
        [Slow] = server => Do(() => server.Faults.Add(Fault.Slow(TimeSpan.FromSeconds(9)))),
        ["throttled"] = server => Do(() => server.Faults.Add(SecretsManagerFaults.Throttled())),
    };

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task Fifty_minutes_away_trading_goes_on_as_the_budget_allows_and_recovery_needs_no_hand(string outage)
    {
        await using var aws = await ManagedAws.StartAsync();
        var value = await aws.KeyIdAsync();
        await aws.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(BundleCondition.Healthy, aws.Alpaca.Condition);

        await s_begin[outage](aws.Fixture.Server);
        aws.Hangs = outage is Hanging or Slow;
        await aws.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(value, await aws.KeyIdAsync());
        Assert.Equal(BundleCondition.Degraded, aws.Alpaca.Condition);
        Assert.InRange(aws.Alpaca.BudgetLeft.TotalMinutes, 24, 31);
        Assert.Equal(CredentialPermission.All, aws.Runtime.Breaker.Permission);
        Assert.Equal(
            $"Degraded, version {aws.Alpaca.Version}, {aws.Alpaca.BudgetLeft.TotalSeconds:0} s left",
            (await HealthAsync(aws)).Data["alpaca"]
        );

        await aws.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(value, await aws.KeyIdAsync());
        Assert.InRange(aws.Alpaca.BudgetLeft.TotalMinutes, 4, 11);
        Assert.Equal(CredentialPermission.Restricted, aws.Runtime.Breaker.Permission);

        aws.Fixture.Server.Faults.Clear();
        await aws.Fixture.Server.ListenAgainAsync();
        // Its answers come again, however late on a busy machine.
        aws.Hangs = false;
        // A guess of a pause may have grown to a minute and a half.
        await aws.PassAsync(TimeSpan.FromMinutes(outage == "throttled" ? 2.5 : 1));
        Assert.Equal(BundleCondition.Healthy, aws.Alpaca.Condition);
        Assert.Equal(CredentialPermission.All, aws.Runtime.Breaker.Permission);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(aws)).Status);
        Assert.Equal(value, await aws.KeyIdAsync());
        Assert.Empty(aws.Runtime.Breaker.Uncleared);
    }

    [Fact]
    public async Task An_hour_away_ends_the_value_and_trips()
    {
        await using var aws = await ManagedAws.StartAsync();
        await aws.Fixture.Server.StopListeningAsync();
        await aws.PassAsync(TimeSpan.FromMinutes(61));
        await Assert.ThrowsAnyAsync<SecretException>(() => aws.KeyIdAsync());
        Assert.Equal(CredentialPermission.Halted, aws.Runtime.Breaker.Permission);
        Assert.NotEmpty(aws.Runtime.Breaker.Uncleared);
    }

    [Fact]
    public async Task Throttling_is_counted_logged_once_and_pauses_all()
    {
        await using var aws = await ManagedAws.StartAsync();
        aws.Fixture.Server.Faults.Add(SecretsManagerFaults.Throttled());
        await aws.PassAsync(TimeSpan.FromMinutes(10));

        var sent = aws.Fixture.Server.Requests.Of(status: 400, error: "");
        Assert.Equal(sent, aws.Backend.Throttles);
        Assert.InRange(sent, 2, 20);
        Assert.Equal(1, aws.Fixture.Log.Count(3005));
        Assert.Equal(SecretErrorCode.Throttled, aws.Alpaca.LastError);
    }

    [Fact]
    public async Task Where_AWS_grants_one_batch_the_required_secrets_are_in_it()
    {
        // Declared last, so that nothing but being required brings them to the front.
        var secrets = Enumerable
            .Range(1, 20)
            .Select(i => $$"""{ "name": "optional/s{{i}}", "required": false }""")
            .Concat(Enumerable.Range(1, 5).Select(i => $$"""{ "name": "required/s{{i}}" }"""));
        await using var aws = await ManagedAws.StartAsync(
            SecretDeclaration.Parse($$"""{ "service": "many", "secrets": [{{string.Join(',', secrets)}}] }""")
        );
        var batches = 0;
        var batch = SecretsManagerFaults.Only("BatchGetSecretValue").Matches!;
        aws.Fixture.Server.Faults.Add(
            SecretsManagerFaults.Throttled(),
            new FaultTrigger { Matches = request => batch(request) && ++batches > 1 }
        );
        await aws.PassAsync(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(5));

        var bundles = aws.Manager.State.Bundles;
        Assert.All(bundles.Where(bundle => bundle.Bundle.StartsWith("required", StringComparison.Ordinal)), bundle =>
            Assert.Equal(BundleCondition.Healthy, bundle.Condition)
        );
        Assert.Equal(5, bundles.Count(bundle => bundle.LastError == SecretErrorCode.Throttled));
        Assert.Equal(1, aws.Fixture.Log.Count(3005));
    }

    [Fact]
    public async Task A_denial_of_one_secret_names_it_and_touches_no_other()
    {
        await using var aws = await ManagedAws.StartAsync();
        aws.Fixture.Server.Deny(aws.AccessKeyId, "GetSecretValue", "alpaca/credentials");
        await aws.PassAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(SecretErrorCode.Denied, aws.Alpaca.LastError);
        Assert.Equal(
            BundleCondition.Healthy,
            aws.Manager.State.Bundles.Single(bundle => bundle.Bundle == "database/password").Condition
        );
        var error = await aws.Backend.ErrorAsync("alpaca/credentials#api_key_id");
        Assert.Contains(
            "secretsmanager:GetSecretValue on the secret alpaca/credentials",
            error.Message,
            StringComparison.Ordinal
        );

        aws.Fixture.Server.ClearDenials(aws.AccessKeyId);
        await aws.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(BundleCondition.Healthy, aws.Alpaca.Condition);
        Assert.Empty(aws.Runtime.Breaker.Uncleared);
    }

    [Fact]
    public async Task A_token_that_ends_and_a_clock_that_is_wrong_are_set_right_behind_the_reads()
    {
        var fixture = await AwsFixture.StartAsync();
        var credentials = new FetchedCredentials(() => fixture.Server.IssueTemporaryCredential(TimeSpan.FromHours(1)));
        await using var aws = await ManagedAws.StartAsync(fixture, credentials);
        fixture.Server.Expire(credentials.Last!.AccessKeyId);
        await aws.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal((BundleCondition.Healthy, 2), (aws.Alpaca.Condition, credentials.Fetches));

        foreach (var minutes in (int[])[40, 0])
        {
            fixture.Server.ClockSkew = TimeSpan.FromMinutes(minutes);
            await aws.PassAsync(TimeSpan.FromMinutes(6));
            Assert.Equal((BundleCondition.Healthy, 2), (aws.Alpaca.Condition, credentials.Fetches));
        }
        Assert.Equal(0, fixture.Log.Count(3001));
    }

    [Fact]
    public async Task Credentials_whose_source_is_away_are_an_outage_and_no_refusal()
    {
        var fixture = await AwsFixture.StartAsync();
        var isAway = false;
        var credentials = new FetchedCredentials(() =>
            isAway ? throw new AmazonClientException("away") : fixture.Server.IssueTemporaryCredential(TimeSpan.FromHours(1))
        );
        await using var aws = await ManagedAws.StartAsync(fixture, credentials);
        isAway = true;
        fixture.Server.Expire(credentials.Last!.AccessKeyId);
        await aws.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal((BundleCondition.Degraded, SecretErrorCode.Unreachable), (aws.Alpaca.Condition, aws.Alpaca.LastError));
        Assert.Equal(CredentialPermission.All, aws.Runtime.Breaker.Permission);

        isAway = false;
        await aws.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(BundleCondition.Healthy, aws.Alpaca.Condition);
    }

    [Fact]
    public async Task A_key_that_is_gone_is_a_refused_login_named_in_state_and_trips_after_the_grace()
    {
        await using var aws = await ManagedAws.StartAsync();
        aws.Fixture.Server.Revoke(aws.AccessKeyId);
        await aws.PassAsync(TimeSpan.FromMinutes(8));
        Assert.Equal(CredentialPermission.Restricted, aws.Runtime.Breaker.Permission);
        Assert.Equal(SecretErrorCode.LoginRejected, aws.Alpaca.LastError);
        Assert.Contains("rejected the credentials", aws.Manager.State.BackendProblem, StringComparison.Ordinal);
        Assert.Equal(1, aws.Fixture.Log.Count(3001));
        await aws.PassAsync(TimeSpan.FromMinutes(12));
        Assert.Equal(CredentialPermission.Halted, aws.Runtime.Breaker.Permission);
        Assert.Equal(TripCause.Denied, Assert.Single(aws.Runtime.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task A_new_version_is_adopted_and_a_deleted_secret_is_told_from_an_outage()
    {
        await using var aws = await ManagedAws.StartAsync();
        var fresh = AwsFixture.Fresh();
        var receipt = await aws.Admin.SetAsync("alpaca/credentials#api_key_id", fresh);
        await aws.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(fresh, await aws.KeyIdAsync());
        Assert.Equal(receipt.Version, aws.Alpaca.Version);

        await aws.Admin.DeleteAsync(BackendCalls.LocationOf("alpaca/credentials"), CancellationToken.None);
        await aws.PassAsync(TimeSpan.FromMinutes(7));
        Assert.Equal(SecretErrorCode.Deleted, aws.Alpaca.LastError);
        Assert.Equal(CredentialPermission.Restricted, aws.Runtime.Breaker.Permission);
    }

    [Fact]
    public async Task The_audit_has_AWSs_request_id_and_no_value_is_logged()
    {
        await using var aws = await ManagedAws.StartAsync();
        var value = await aws.KeyIdAsync();
        aws.Runtime.Trail.Journal.Fold();
        Assert.Contains(aws.Runtime.Trail.Journal.Unshipped(int.MaxValue), row => row.RequestId is { Length: 36 });
        Assert.DoesNotContain(aws.Fixture.Log.Entries, entry => entry.Text.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Twenty_secrets_are_one_call_at_start_and_one_a_refresh()
    {
        var secrets = string.Join(',', Enumerable.Range(1, 20).Select(i => $$"""{ "name": "many/s{{i}}" }"""));
        var declaration = SecretDeclaration.Parse($$"""{ "service": "many", "secrets": [{{secrets}}] }""");
        await using var aws = await ManagedAws.StartAsync(declaration);
        Assert.Equal(1, aws.Fixture.Server.Requests.Of("BatchGetSecretValue"));
        var before = aws.Fixture.Server.Requests.Total;

        await aws.PassAsync(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(5));
        Assert.Equal(2, aws.Fixture.Server.Requests.Of("BatchGetSecretValue"));
        Assert.Equal(before + 1, aws.Fixture.Server.Requests.Total);
    }

    private static Task<HealthCheckResult> HealthAsync(ManagedAws aws) =>
        new SecretHealthCheck(aws.Manager).CheckHealthAsync(new());

    private static Task Do(Action begin)
    {
        begin();
        return Task.CompletedTask;
    }
}
