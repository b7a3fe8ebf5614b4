using Strongroom.Backends;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Kv;

public class KvReadTests
{
    [Fact]
    public async Task A_read_by_token_is_one_round_trip_and_carries_version_time_and_request_id()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var value = VaultFixture.Fresh();
        await fixture.PutAsync("alpaca/credentials", new { api_key_id = value, api_secret_key = VaultFixture.Fresh() });
        var before = fixture.Server.Requests.Total;

        var answer = await fixture.Backend().AskAsync("alpaca/credentials#api_key_id");

        Assert.True(answer.Succeeded, answer.Error?.Message);
        Assert.Equal(value, answer.Values[0].Reveal());
        Assert.Equal("1", answer.Version.Id);
        Assert.Equal(fixture.Time.GetUtcNow(), answer.CreatedAt);
        Assert.NotNull(answer.RequestId);
        Assert.True(answer.IsAuthoritative);
        Assert.Equal(before + 1, fixture.Server.Requests.Total);
    }

    [Fact]
    public async Task A_bundle_comes_whole_from_one_request()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var (id, key) = (VaultFixture.Fresh(), VaultFixture.Fresh());
        await fixture.PutAsync("alpaca/credentials", new { api_key_id = id, api_secret_key = key });
        var request = new SecretRequest(
            "alpaca",
            [
                BackendCalls.LocationOf("alpaca/credentials#api_key_id"),
                BackendCalls.LocationOf("alpaca/credentials#api_secret_key"),
            ],
            ReadPurpose.Get
        );

        var answer = Assert.Single(await fixture.Backend().ReadAsync([request], CancellationToken.None));

        Assert.Equal([id, key], answer.Values!.Select(value => value.Reveal()));
    }

    [Theory] // PROTOCOLS 23: always as a string, since audit devices show numbers and truths in clear
    [InlineData("value")]
    [InlineData("5432")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("p\u00e4ss \"q\" \\ \n\t\u0001 end \u20ac \ud83d\udd11")]
    [InlineData("</script>&'+")]
    public async Task Text_arrives_as_it_was_written(string text)
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("a/b#f", text);
        Assert.Equal(text, await backend.TextAsync("a/b#f"));
        Assert.Equal(text, (await fixture.AdminAsync("GET", "secret/data/a/b"))!["data"]!["data"]!["f"]!.GetValue<string>());
    }

    [Fact]
    public async Task Fields_that_are_no_text_are_given_as_they_are_written_and_null_is_none()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync(
            "database/trader",
            new
            {
                port = 5432,
                tls = true,
                extra = (string?)null,
                list = (int[])[1, 2],
            }
        );
        var backend = fixture.Backend();
        Assert.Equal("5432", await backend.TextAsync("database/trader#port"));
        Assert.Equal("true", await backend.TextAsync("database/trader#tls"));
        Assert.Equal("[1,2]", (await backend.TextAsync("database/trader#list")).Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(SecretErrorCode.FieldMissing, (await backend.ErrorAsync("database/trader#extra")).Code);
    }

    [Fact]
    public async Task A_name_without_a_field_means_value_or_the_only_one_or_is_an_error_with_the_names()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("one", new { password = "p1-only-field" });
        await fixture.PutAsync("two", new { value = "p2-value", other = "o" });
        await fixture.PutAsync("three", new { user = "u", password = "p" });
        var backend = fixture.Backend();
        Assert.Equal("p1-only-field", await backend.TextAsync("one"));
        Assert.Equal("p2-value", await backend.TextAsync("two"));
        var error = await backend.ErrorAsync("three");
        Assert.Equal(SecretErrorCode.FieldMissing, error.Code);
        Assert.Contains("password, user", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"user\"", await backend.TextAsync("three#*"), StringComparison.Ordinal);
    }

    [Fact] // PROTOCOLS 16, 17
    public async Task Missing_deleted_destroyed_and_unknown_versions_are_told_apart()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        for (var i = 1; i <= 3; i++)
            await fixture.PutAsync("a", new { value = $"v{i}-of-secret" });
        await fixture.AdminAsync("PUT", "secret/destroy/a", new { versions = (int[])[1] });

        Assert.Equal(SecretErrorCode.Missing, (await backend.ErrorAsync("nothing/here")).Code);
        Assert.Equal(SecretErrorCode.VersionGone, (await backend.ErrorAsync("a", "1")).Code);
        Assert.Equal("v2-of-secret", await backend.TextAsync("a", "2"));
        Assert.Equal("v2-of-secret", await backend.TextAsync("a", stage: SecretStage.Previous));
        foreach (var unknown in new[] { "9", "0", "abc", "-1", "1.5" })
            Assert.Equal(SecretErrorCode.VersionGone, (await backend.ErrorAsync("a", unknown)).Code);
        Assert.Equal(SecretErrorCode.Missing, (await backend.ErrorAsync("nothing/here", "2")).Code);

        await fixture.AdminAsync("DELETE", "secret/data/a");
        var error = await backend.ErrorAsync("a");
        Assert.Equal(SecretErrorCode.Deleted, error.Code);
        Assert.Contains("undelete -versions=3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denied_read_names_the_policy_line_that_is_missing()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("database/password", new { value = VaultFixture.Fresh() });
        var token = await fixture.TokenAsync("path \"secret/data/alpaca/credentials\" { capabilities = [\"read\"] }");
        var error = await fixture.Backend(options => options.Token = SecretValue.FromText(token)).ErrorAsync("database/password");
        Assert.Equal(SecretErrorCode.Denied, error.Code);
        Assert.Contains(
            """path "secret/data/database/password" { capabilities = ["read"] }""",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact] // PROTOCOLS 15
    public async Task A_wrong_mount_is_said_to_be_one()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var error = await fixture.Backend(options => options.KvMount = "nomount").ErrorAsync("a");
        Assert.Equal(SecretErrorCode.SettingInvalid, error.Code);
        Assert.Contains("VAULT_KV_MOUNT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_holds_the_APIs_own_path_is_told_so()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var error = await fixture.Backend().ErrorAsync("data/alpaca/credentials");
        Assert.Equal(SecretErrorCode.Missing, error.Code);
        Assert.Contains("remove 'data/'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_KV_v1_mount_is_recognised_and_read_by_root_and_by_a_reader()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var value = VaultFixture.Fresh();
        await fixture.AdminAsync("POST", "sys/mounts/kv1", new { type = "kv", options = new { version = "1" } });
        await fixture.AdminAsync("POST", "kv1/database/password", new { value });
        var reader = await fixture.TokenAsync("path \"kv1/database/password\" { capabilities = [\"read\"] }");
        foreach (var token in new[] { fixture.Server.RootToken, reader })
        {
            var backend = fixture.Backend(options => (options.KvMount, options.Token) = ("kv1", SecretValue.FromText(token)));
            var first = await backend.AskAsync("database/password");
            Assert.True(first.Succeeded, first.Error?.Message);
            Assert.Equal(value, first.Values[0].Reveal());
            var before = fixture.Server.Requests.Total;
            Assert.Equal(first.Version, (await backend.AskAsync("database/password")).Version);
            Assert.Equal(before + 1, fixture.Server.Requests.Total);
            var error = await Assert.ThrowsAsync<SecretRefusedException>(() =>
                backend.SetAsync("database/password", "other-value")
            );
            Assert.Contains("version 1", error.Message, StringComparison.Ordinal);
        }
        await fixture.AdminAsync("POST", "kv1/database/password", new { value = VaultFixture.Fresh() });
        var root = fixture.Backend(options => options.KvMount = "kv1");
        Assert.Equal(SecretErrorCode.Missing, (await root.ErrorAsync("none")).Code);
        Assert.Equal(["database/password"], (await root.NamesAsync()).Select(name => name.ToString()));
    }

    [Theory]
    [InlineData("Age", "3")]
    [InlineData("X-Cache", "HIT from proxy")]
    public async Task An_answer_out_of_a_cache_does_not_validate(string header, string value)
    {
        await using var fixture = await VaultFixture.StartAsync();
        fixture.Server.Faults.AddForNext(
            Fault.Status(
                200,
                """
                {"request_id":"1","data":{"data":{"value":"cached-secret"},
                 "metadata":{"version":3,"created_time":"2026-11-24T06:22:44.687636079Z","deletion_time":"","destroyed":false}}}
                """,
                (header, value)
            )
        );
        var answer = await fixture.Backend().AskAsync("a");
        Assert.True(answer.Succeeded, answer.Error?.Message);
        Assert.False(answer.IsAuthoritative);
    }

    [Fact] // PROTOCOLS 4
    public async Task The_namespace_is_a_header_and_the_secrets_namespace_a_part_of_the_path()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.AdminAsync("POST", "sys/namespaces/team", new { });
        await fixture.AdminAsync("POST", "sys/mounts/secret", new { type = "kv", options = new { version = "2" } }, ns: "team");
        await fixture.AdminAsync("POST", "secret/data/prod/a", new { data = new { value = "in-team-prod" } }, ns: "team");
        Assert.Equal("in-team-prod", await fixture.Backend(options => options.Namespace = "team").TextAsync("prod/a"));
        Assert.Equal(SecretErrorCode.Missing, (await fixture.Backend().ErrorAsync("prod/a")).Code);
    }
}
