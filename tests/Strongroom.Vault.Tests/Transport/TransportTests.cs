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
        await using var room = await StartAsync();
        room.Server.Faults.AddForNext(Fault.Status(status, """{"errors":["echo of what was sent"]}"""));
        var error = await room.Backend().ErrorAsync("a");
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
        await using var room = await StartAsync();
        room.Server.Faults.AddForNext(Fault.Status(status, """{"errors":["echo of what was sent"]}"""));
        var error = await room.Backend().ErrorAsync("a");
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
        await using var room = await StartAsync();
        room.Server.Faults.AddForNext(Fault.HtmlPage(status));
        Assert.Equal(SecretErrorCode.Unreachable, (await room.Backend().ErrorAsync("a")).Code);
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
        await using var room = await StartAsync();
        room.Server.Faults.AddForNext(Fault.Status(status, body));
        Assert.Equal(SecretErrorCode.Unreachable, (await room.Backend().ErrorAsync("a")).Code);
    }

    [Fact]
    public async Task Broken_connections_and_answers_are_unreachable_and_the_next_read_works()
    {
        await using var room = await StartAsync();
        var backend = room.Backend();
        foreach (var fault in new[] { Fault.Reset(), Fault.ResetAfterWork(), Fault.HalfBody(), Fault.MalformedJson() })
        {
            room.Server.Faults.AddForNext(fault);
            Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("a")).Code);
            Assert.Equal("some-value", await backend.TextAsync("a"));
        }
        await room.Server.StopListeningAsync();
        Assert.Equal(SecretErrorCode.Unreachable, (await backend.ErrorAsync("a")).Code);
        await room.Server.ListenAgainAsync();
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact] // PROTOCOLS 43
    public async Task A_server_that_hangs_is_given_up_in_time_and_at_once_when_the_caller_does()
    {
        await using var room = await StartAsync();
        var backend = room.Backend();
        var hang = room.Server.Faults.Add(Fault.Hang());
        var asked = backend.ErrorAsync("a");
        while (!asked.IsCompleted)
        {
            await Task.Yield();
            room.Time.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.Equal(SecretErrorCode.TimedOut, (await asked).Code);

        using var cancelled = new CancellationTokenSource();
        var read = backend.ReadAsync([new("b", [Asking.Place("a")], Backends.ReadPurpose.Get)], cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        hang.Clear();
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact] // PROTOCOLS 9, 10
    public async Task A_429_pauses_all_traffic_for_as_long_as_Vault_asks()
    {
        await using var room = await StartAsync();
        var backend = room.Backend();
        room.Server.Faults.AddForNext(Fault.Status(429, """{"errors":[]}""", ("Retry-After", "30")));
        var error = Assert.IsType<SecretUnavailableException>(await backend.ErrorAsync("a"));
        Assert.InRange(error.RetryAfter!.Value.TotalSeconds, 30, 45);
        var before = room.Server.Requests.Total;
        room.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(SecretErrorCode.Throttled, (await backend.ErrorAsync("other")).Code);
        Assert.Equal(before, room.Server.Requests.Total);
        room.Time.Advance(TimeSpan.FromSeconds(17));
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact]
    public async Task Without_Retry_After_the_pause_is_a_second_and_grows()
    {
        await using var room = await StartAsync();
        var backend = room.Backend();
        room.Server.Faults.AddForNext(Fault.Status(429), times: 3);
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            var error = Assert.IsType<SecretUnavailableException>(await backend.ErrorAsync("a"));
            Assert.InRange(error.RetryAfter!.Value.TotalSeconds, seconds, seconds * 1.5);
            room.Time.Advance(TimeSpan.FromSeconds(seconds * 1.5));
        }
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact] // PROTOCOLS 2
    public async Task A_standby_is_followed_to_the_active_node_and_to_nobody_else()
    {
        await using var room = await StartAsync();
        await using var standby = await room.Server.StartStandbyAsync();
        Assert.Equal("some-value", await room.Backend(options => options.Addresses = [standby.Url, room.Server.Url]).TextAsync("a"));

        var before = room.Server.Requests.Total;
        var error = await room.Backend(options => options.Addresses = [standby.Url]).ErrorAsync("a");
        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Contains("VAULT_ADDR does not name", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, room.Server.Requests.Total);
    }

    [Fact]
    public async Task A_second_hop_and_other_redirects_are_not_followed()
    {
        await using var room = await StartAsync();
        foreach (var status in new[] { 301, 302, 303 })
        {
            room.Server.Faults.AddForNext(Fault.Status(status, "", ("Location", $"{room.Server.Url}v1/secret/data/a")));
            Assert.Equal(SecretErrorCode.Unreachable, (await room.Backend().ErrorAsync("a")).Code);
        }
        room.Server.Faults.AddForNext(Fault.Status(307, "", ("Location", $"{room.Server.Url}v1/secret/data/a")), times: 2);
        Assert.Equal(SecretErrorCode.Unreachable, (await room.Backend().ErrorAsync("a")).Code);
        room.Server.Faults.AddForNext(Fault.Status(307, "", ("Location", $"{room.Server.Url}v1/secret/data/a")));
        Assert.Equal("some-value", await room.Backend().TextAsync("a"));
    }

    [Fact]
    public async Task Several_addresses_are_tried_in_turn_and_the_one_that_answered_is_kept()
    {
        await using var room = await StartAsync();
        await using var other = await VaultRoom.StartAsync();
        await other.Server.StopListeningAsync();
        var backend = room.Backend(options => options.Addresses = [other.Server.Url, room.Server.Url]);
        Assert.Equal("some-value", await backend.TextAsync("a"));

        await room.Server.StopListeningAsync();
        await other.Server.ListenAgainAsync();
        other.Server.Seal();
        Assert.Equal(SecretErrorCode.Sealed, (await backend.ErrorAsync("a")).Code);
        await room.Server.ListenAgainAsync();
        Assert.Equal("some-value", await backend.TextAsync("a"));
        var sealedOnes = other.Server.Requests.Total;
        Assert.Equal("some-value", await backend.TextAsync("a"));
        Assert.Equal(sealedOnes, other.Server.Requests.Total);
    }

    [Fact]
    public async Task A_login_and_a_write_move_on_from_a_node_that_is_sealed()
    {
        await using var room = await StartAsync();
        await using var other = await VaultRoom.StartAsync();
        other.Server.Seal();
        var ids = await room.AppRoleAsync("writer", "path \"secret/data/a\" { capabilities = [\"create\", \"read\", \"update\"] }");
        Assert.Equal("2", (await room.AppRoleBackend(ids, options => options.Addresses = [other.Server.Url, room.Server.Url]).SetAsync("a", "new-value")).Version.Id);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_taken()
    {
        await using var room = await StartAsync();
        var pad = new string(' ', 5 * 1024 * 1024);
        room.Server.Faults.AddForNext(Fault.Status(200, """{"request_id":"1",""" + pad + "\"data\":{}}"));
        var error = await room.Backend().ErrorAsync("a");
        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Contains("more than", error.Message, StringComparison.Ordinal);
    }

    [Fact] // PROTOCOLS 3
    public async Task Every_request_carries_the_header_that_agents_demand()
    {
        await using var room = await VaultRoom.StartAsync(options => options.RequireRequestHeader = true);
        await room.PutAsync("a", new { value = "some-value" });
        var ids = await room.AppRoleAsync("reader", "path \"secret/data/a\" { capabilities = [\"read\"] }");
        Assert.Equal("some-value", await room.AppRoleBackend(ids).TextAsync("a"));
    }

    [Fact]
    public async Task Connections_are_kept()
    {
        await using var room = await StartAsync();
        var backend = room.Backend();
        var before = room.Server.Requests.Connections;
        for (var i = 0; i < 10; i++)
            await backend.TextAsync("a");
        Assert.Equal(before + 1, room.Server.Requests.Connections);
    }

    private static async Task<VaultRoom> StartAsync()
    {
        var room = await VaultRoom.StartAsync();
        await room.PutAsync("a", new { value = "some-value" });
        return room;
    }
}
