using System.Text.Json;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Wire;

/// <summary>What a real server (1.8) answered, given to the client as it was recorded.</summary>
public class RecordedAnswersTests
{
    private static readonly Lazy<Dictionary<string, (int Status, string Body)>> s_answers = new(() =>
    {
        using var file = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "vault", "exchanges.json"))
        );
        return file
            .RootElement.GetProperty("exchanges")
            .EnumerateArray()
            .ToDictionary(
                one => one.GetProperty("name").GetString()!,
                one =>
                    (
                        one.GetProperty("response").GetProperty("status").GetInt32(),
                        one.GetProperty("response").GetProperty("body").GetRawText()
                    )
            );
    });

    [Theory] // PROTOCOLS 11
    [InlineData("kv2-read", "1")]
    [InlineData("kv2-read-version-1", "1")]
    [InlineData("kv2-read-undeleted-version", "1")]
    [InlineData("reader-read-allowed", "3")]
    public async Task Reads_give_value_and_version(string exchange, string version)
    {
        await using var fixture = await VaultFixture.StartAsync();
        Answer(fixture, exchange);
        var answer = await fixture.Backend().AskAsync("a");
        Assert.True(answer.Succeeded, answer.Error?.Message);
        Assert.Equal(version, answer.Version.Id);
        Assert.NotNull(answer.CreatedAt);
        Assert.Equal(36, answer.RequestId!.Length);
    }

    [Theory]
    [InlineData("kv2-read-missing", SecretErrorCode.Missing)]
    [InlineData("kv2-subpath-is-folder", SecretErrorCode.Missing)]
    [InlineData("kv2-read-after-metadata-delete", SecretErrorCode.Missing)]
    [InlineData("kv2-read-deleted-latest", SecretErrorCode.Deleted)]
    [InlineData("kv2-read-deleted-version", SecretErrorCode.Deleted)]
    [InlineData("kv2-read-destroyed-version", SecretErrorCode.VersionGone)]
    [InlineData("kv2-read-empty-data", SecretErrorCode.FieldMissing)]
    [InlineData("kv2-read-version-bad", SecretErrorCode.Unreachable)]
    [InlineData("kv2-wrong-mount", SecretErrorCode.SettingInvalid)]
    [InlineData("kv2-method-not-allowed", SecretErrorCode.SettingInvalid)]
    [InlineData("kv2-read-sealed", SecretErrorCode.Sealed)]
    [InlineData("quota-hit-1", SecretErrorCode.Throttled)]
    public async Task Errors_are_told_apart(string exchange, SecretErrorCode expected)
    {
        await using var fixture = await VaultFixture.StartAsync();
        Answer(fixture, exchange);
        Assert.Equal(expected, (await fixture.Backend().ErrorAsync("a")).Code);
    }

    [Theory]
    [InlineData("reader-read-denied", SecretErrorCode.Denied)]
    [InlineData("bad-token", SecretErrorCode.Denied)]
    [InlineData("expired-token-read", SecretErrorCode.Denied)]
    public async Task Denials_are_believed_where_the_token_is_alive(string exchange, SecretErrorCode expected)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var (status, body) = s_answers.Value[exchange];
        fixture.Server.Faults.Add(Fault.Status(status, body), new FaultTrigger { PathPrefix = "/v1/secret" });
        Assert.Equal(expected, (await fixture.Backend().ErrorAsync("a")).Code);
    }

    [Theory]
    [InlineData("kv2-cas-create-only-conflict", SecretErrorCode.Conflict)]
    [InlineData("kv2-cas-stale", SecretErrorCode.Conflict)]
    [InlineData("kv2-write-malformed-json", SecretErrorCode.WriteFailed)]
    [InlineData("kv2-write-no-data", SecretErrorCode.WriteFailed)]
    public async Task Refused_writes_are_told_apart(string exchange, SecretErrorCode expected)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var (status, body) = s_answers.Value[exchange];
        fixture.Server.Faults.Add(Fault.Status(status, body), new FaultTrigger { Method = "POST" });
        var error = await Assert.ThrowsAsync<SecretWriteException>(() => fixture.Backend().SetAsync("a", "some-value"));
        Assert.Equal(expected, error.Code);
    }

    [Theory]
    [InlineData("approle-login-bad-secret", SecretErrorCode.LoginRejected)]
    [InlineData("approle-login-bad-role", SecretErrorCode.LoginRejected)]
    [InlineData("approle-login-missing-secret", SecretErrorCode.LoginRejected)]
    [InlineData("approle-login-no-mount", SecretErrorCode.LoginRejected)]
    [InlineData("kubernetes-login-unconfigured", SecretErrorCode.LoginRejected)]
    [InlineData("login-sealed", SecretErrorCode.Sealed)]
    public async Task Refused_logins_are_told_apart_from_servers_that_are_away(string exchange, SecretErrorCode expected)
    {
        await using var fixture = await VaultFixture.StartAsync();
        Answer(fixture, exchange);
        Assert.Equal(expected, (await fixture.AppRoleBackend((VaultFixture.Fresh(), VaultFixture.Fresh())).ErrorAsync("a")).Code);
    }

    [Fact]
    public async Task History_reads_a_metadata_answer_and_a_deletion_ahead_is_none()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        var backend = fixture.Backend();
        await backend.TextAsync("a");
        Answer(fixture, "kv2-metadata-read");
        var history = await backend.HistoryAsync(BackendCalls.LocationOf("a"), CancellationToken.None).ToListAsync();
        Assert.Equal(["3", "2", "1"], history.Select(one => one.Version.Id));
        Assert.All(history, one => Assert.Equal(SecretVersionState.Available, one.State));
    }

    private static void Answer(VaultFixture fixture, string exchange)
    {
        var (status, body) = s_answers.Value[exchange];
        fixture.Server.Faults.AddForNext(Fault.Status(status, body));
    }
}
