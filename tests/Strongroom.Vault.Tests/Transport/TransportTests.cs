using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Transport;

public class TransportTests
{
    [Theory] // PROTOCOLS 7, 40
    [InlineData(412, SecretErrorCode.Unreachable)]
    [InlineData(429, SecretErrorCode.Throttled)]
    [InlineData(472, SecretErrorCode.Unreachable)]
    [InlineData(473, SecretErrorCode.Unreachable)]
    [InlineData(500, SecretErrorCode.Unreachable)]
    [InlineData(501, SecretErrorCode.Unreachable)]
    [InlineData(502, SecretErrorCode.Unreachable)]
    [InlineData(503, SecretErrorCode.Sealed)]
    public async Task Statuses_that_say_not_now_are_transient(int status, SecretErrorCode expected)
    {
        await using var fixture = await StartAsync();
        fixture.Server.Faults.AddForNext(Fault.Status(status, """{"errors":["echo of what was sent"]}"""));
        var error = await fixture.Backend().ErrorAsync("a");
        Assert.Equal(expected, error.Code);
        Assert.True(error.IsTransient);
        Assert.DoesNotContain("echo", error.Message, StringComparison.Ordinal);
    }

    [Theory] // PROTOCOLS 6
    [InlineData(400)]
    [InlineData(405)]
    [InlineData(413)]
    public async Task Statuses_that_no_repeat_changes_are_not(int status)
    {
        await using var fixture = await StartAsync();
        fixture.Server.Faults.AddForNext(Fault.Status(status, """{"errors":["echo of what was sent"]}"""));
        var error = await fixture.Backend().ErrorAsync("a");
        Assert.Equal(SecretErrorCode.SettingInvalid, error.Code);
        Assert.False(error.IsTransient);
        Assert.DoesNotContain("echo", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task A_page_that_is_not_Vaults_proves_nothing(int status)
    {
        await using var fixture = await StartAsync();
        fixture.Server.Faults.AddForNext(Fault.HtmlPage(status));
        Assert.Equal(SecretErrorCode.Unreachable, (await fixture.Backend().ErrorAsync("a")).Code);
    }

    [Theory]
    [InlineData(403, "")]
    [InlineData(404, "")]
    [InlineData(404, "[]")]
    [InlineData(404, "{}")]
    [InlineData(403, "\"denied\"")]
    [InlineData(404, """{"errors":"not found"}""")]
    [InlineData(200, "{}")]
    public async Task An_answer_without_Vaults_form_proves_no_denial_and_no_absence(int status, string body)
    {
        await using var fixture = await StartAsync();
        fixture.Server.Faults.AddForNext(Fault.Status(status, body));
        Assert.Equal(SecretErrorCode.Unreachable, (await fixture.Backend().ErrorAsync("a")).Code);
    }

    [Fact]
    public async Task Broken_connections_and_answers_are_unreachable_and_the_next_read_works()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.Backend();
        foreach (var fault in new[] { Fault.Reset(), Fault.ResetAfterWork(), Fault.HalfBody(), Fault.MalformedJson() })
        {
            fixture.Server.Faults.AddForNext(fault);
            Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("a")).Code);
            Assert.Equal("some-value", await backend.TextAsync("a"));
        }
        await fixture.Server.StopListeningAsync();
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("a")).Code);
        await fixture.Server.ListenAgainAsync();
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact] // PROTOCOLS 43
    public async Task A_server_that_hangs_is_given_up_in_time_and_at_once_when_the_caller_does()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.Backend();
        var hang = fixture.Server.Faults.Add(Fault.Hang());
        var asked = backend.ErrorAsync("a");
        while (!asked.IsCompleted)
        {
            await Task.Yield();
            fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.Equal(SecretErrorCode.TimedOut, (await asked).Code);

        using var cancelled = new CancellationTokenSource();
        var read = backend
            .ReadAsync([new("b", [BackendCalls.LocationOf("a")], Backends.ReadPurpose.Get)], cancelled.Token)
            .AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        hang.Clear();
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact] // PROTOCOLS 9, 10
    public async Task A_429_pauses_all_traffic_for_as_long_as_Vault_asks()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.Backend();
        fixture.Server.Faults.AddForNext(Fault.Status(429, """{"errors":[]}""", ("Retry-After", "30")));
        var error = Assert.IsType<SecretUnavailableException>(await backend.ErrorAsync("a"));
        Assert.InRange(error.RetryAfter!.Value.TotalSeconds, 30, 45);
        var before = fixture.Server.Requests.Total;
        fixture.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(SecretErrorCode.Throttled, (await backend.ErrorAsync("other")).Code);
        Assert.Equal(before, fixture.Server.Requests.Total);
        fixture.Time.Advance(TimeSpan.FromSeconds(17));
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact]
    public async Task Without_Retry_After_the_pause_is_a_second_and_grows()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.Backend();
        fixture.Server.Faults.AddForNext(Fault.Status(429), times: 3);
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            var error = Assert.IsType<SecretUnavailableException>(await backend.ErrorAsync("a"));
            Assert.InRange(error.RetryAfter!.Value.TotalSeconds, seconds, seconds * 1.5);
            fixture.Time.Advance(TimeSpan.FromSeconds(seconds * 1.5));
        }
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact] // PROTOCOLS 2
    public async Task A_standby_is_followed_to_the_active_node_and_to_no_other_server()
    {
        await using var fixture = await StartAsync();
        await using var standby = await fixture.Server.StartStandbyAsync();
        Assert.Equal(
            "some-value",
            await fixture.Backend(options => options.Addresses = [standby.Url, fixture.Server.Url]).TextAsync("a")
        );

        var before = fixture.Server.Requests.Total;
        var error = await fixture.Backend(options => options.Addresses = [standby.Url]).ErrorAsync("a");
        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Contains("not in VAULT_ADDR", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, fixture.Server.Requests.Total);
    }

    [Fact]
    public async Task A_second_hop_and_other_redirects_are_not_followed()
    {
        await using var fixture = await StartAsync();
        foreach (var status in new[] { 301, 302, 303 })
        {
            fixture.Server.Faults.AddForNext(Fault.Status(status, "", ("Location", $"{fixture.Server.Url}v1/secret/data/a")));
            Assert.Equal(SecretErrorCode.Unreachable, (await fixture.Backend().ErrorAsync("a")).Code);
        }
        fixture.Server.Faults.AddForNext(Fault.Status(307, "", ("Location", $"{fixture.Server.Url}v1/secret/data/a")), times: 2);
        Assert.Equal(SecretErrorCode.Unreachable, (await fixture.Backend().ErrorAsync("a")).Code);
        fixture.Server.Faults.AddForNext(Fault.Status(307, "", ("Location", $"{fixture.Server.Url}v1/secret/data/a")));
        Assert.Equal("some-value", await fixture.Backend().TextAsync("a"));
    }

    [Fact]
    public async Task Several_addresses_are_tried_in_turn_and_the_one_that_answered_is_kept()
    {
        await using var fixture = await StartAsync();
        await using var other = await VaultFixture.StartAsync();
        await other.Server.StopListeningAsync();
        var backend = fixture.Backend(options => options.Addresses = [other.Server.Url, fixture.Server.Url]);
        Assert.Equal("some-value", await backend.TextAsync("a"));

        await fixture.Server.StopListeningAsync();
        await other.Server.ListenAgainAsync();
        other.Server.Seal();
        Assert.Equal(SecretErrorCode.Sealed, (await backend.ErrorAsync("a")).Code);
        await fixture.Server.ListenAgainAsync();
        Assert.Equal("some-value", await backend.TextAsync("a"));
        var sealedOnes = other.Server.Requests.Total;
        Assert.Equal("some-value", await backend.TextAsync("a"));
        Assert.Equal(sealedOnes, other.Server.Requests.Total);
    }

    [Fact]
    public async Task A_login_and_a_write_move_on_from_a_node_that_is_sealed()
    {
        await using var fixture = await StartAsync();
        await using var other = await VaultFixture.StartAsync();
        other.Server.Seal();
        var ids = await fixture.AppRoleAsync(
            "writer",
            "path \"secret/data/a\" { capabilities = [\"create\", \"read\", \"update\"] }"
        );
        Assert.Equal(
            "2",
            (
                await fixture
                    .AppRoleBackend(ids, options => options.Addresses = [other.Server.Url, fixture.Server.Url])
                    .SetAsync("a", "new-value")
            )
                .Version
                .Id
        );
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_taken()
    {
        await using var fixture = await StartAsync();
        var pad = new string(' ', 5 * 1024 * 1024);
        fixture.Server.Faults.AddForNext(Fault.Status(200, """{"request_id":"1",""" + pad + "\"data\":{}}"));
        var error = await fixture.Backend().ErrorAsync("a");
        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Contains("more than", error.Message, StringComparison.Ordinal);
    }

    [Fact] // PROTOCOLS 3
    public async Task Every_request_carries_the_header_that_agents_demand()
    {
        await using var fixture = await VaultFixture.StartAsync(options => options.RequireRequestHeader = true);
        await fixture.PutAsync("a", new { value = "some-value" });
        var ids = await fixture.AppRoleAsync("reader", "path \"secret/data/a\" { capabilities = [\"read\"] }");
        Assert.Equal("some-value", await fixture.AppRoleBackend(ids).TextAsync("a"));
    }

    [Fact]
    public async Task Connections_are_kept()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.Backend();
        var before = fixture.Server.Requests.Connections;
        for (var i = 0; i < 10; i++)
            await backend.TextAsync("a");
        Assert.Equal(before + 1, fixture.Server.Requests.Connections);
    }

    private static async Task<VaultFixture> StartAsync()
    {
        var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        return fixture;
    }
}
