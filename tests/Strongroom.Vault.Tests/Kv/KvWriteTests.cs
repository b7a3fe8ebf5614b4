using Strongroom.Backends;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Kv;

public class KvWriteTests
{
    private static readonly int[] s_first = [1];

    [Fact] // PROTOCOLS 13
    public async Task A_field_is_written_and_the_others_are_kept_as_they_are()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        var user = VaultFixture.Fresh();
        await fixture.PutAsync(
            "database/trader",
            new
            {
                username = user,
                password = "old-password",
                port = 5432,
                tls = true,
            }
        );

        var receipt = await backend.SetAsync("database/trader#password", "new \"password\"");

        Assert.Equal("2", receipt.Version.Id);
        Assert.NotNull(receipt.RequestId);
        var data = (await fixture.AdminAsync("GET", "secret/data/database/trader"))!["data"]!["data"]!;
        Assert.Equal(user, data["username"]!.GetValue<string>());
        Assert.Equal("new \"password\"", data["password"]!.GetValue<string>());
        Assert.Equal(5432, data["port"]!.GetValue<int>());
        Assert.True(data["tls"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_first_write_makes_the_field_value_and_the_same_again_makes_no_version()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        Assert.Equal("1", (await backend.SetAsync("notes/writable", "first-text")).Version.Id);
        Assert.Equal("1", (await backend.SetAsync("notes/writable", "first-text")).Version.Id);
        Assert.Equal("2", (await backend.SetAsync("notes/writable", "second-text")).Version.Id);
        Assert.Equal(
            "second-text",
            (await fixture.AdminAsync("GET", "secret/data/notes/writable"))!["data"]!["data"]!["value"]!.GetValue<string>()
        );
    }

    [Fact] // PROTOCOLS 5
    public async Task A_change_that_is_answered_with_warnings_instead_of_nothing_is_done_all_the_same()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("a", "value-one");
        fixture.Server.Faults.Add(
            Fault.Status(200, """{"request_id":"1","warnings":["echo of what was sent"]}"""),
            new FaultTrigger { PathPrefix = "/v1/secret/delete" }
        );
        await backend.DeleteAsync(BackendCalls.LocationOf("a"), CancellationToken.None);
        Assert.DoesNotContain(fixture.Log.Entries, entry => entry.Text.Contains("echo", StringComparison.Ordinal));
    }

    [Fact] // PROTOCOLS 8
    public async Task A_write_whose_answer_was_lost_is_not_sent_again_to_anybody()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "value-one" });
        await using var other = await fixture.Server.StartStandbyAsync();
        fixture.Server.Faults.Add(Fault.ResetAfterWork(), new FaultTrigger { Method = "POST", Times = 1 });
        var error = await Assert.ThrowsAsync<SecretUnavailableException>(() =>
            fixture.Backend(options => options.Addresses = [fixture.Server.Url, other.Url]).SetAsync("a", "value-two")
        );
        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Equal(0, other.Requests.Of("POST"));
        Assert.Equal(2, (await fixture.AdminAsync("GET", "secret/metadata/a"))!["data"]!["current_version"]!.GetValue<int>());
    }

    [Fact] // PROTOCOLS 18
    public async Task Conditions_are_held_by_check_and_set()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("a#one", "value-one", SetCondition.Absent);
        await backend.SetAsync("a#two", "value-two", SetCondition.Absent);
        await Assert.ThrowsAsync<SecretWriteException>(() => backend.SetAsync("a#two", "other-two", SetCondition.Absent));
        var error = await Assert.ThrowsAsync<SecretWriteException>(() =>
            backend.SetAsync("a#two", "other-two", SetCondition.Version(new SecretVersion("1")))
        );
        Assert.Equal(SecretErrorCode.Conflict, error.Code);
        Assert.Equal(
            "3",
            (await backend.SetAsync("a#two", "other-two", SetCondition.Version(new SecretVersion("2")))).Version.Id
        );
        Assert.Equal("value-one", await backend.TextAsync("a#one"));
    }

    [Fact]
    public async Task Writers_of_different_fields_at_once_lose_nothing()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("a#f0", "value-0");
        await Task.WhenAll(Enumerable.Range(1, 3).Select(i => backend.SetAsync($"a#f{i}", $"value-{i}")));
        for (var i = 0; i <= 3; i++)
            Assert.Equal($"value-{i}", await backend.TextAsync($"a#f{i}"));
    }

    [Fact]
    public async Task A_deleted_secret_can_be_restored_or_written_again()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("a", "value-one");
        Assert.Equal("1", (await backend.DeleteAsync(BackendCalls.LocationOf("a"), CancellationToken.None)).Version.Id);
        Assert.Equal(SecretErrorCode.Deleted, (await backend.ErrorAsync("a")).Code);
        await Assert.ThrowsAsync<SecretNotFoundException>(async () =>
            await backend.DeleteAsync(BackendCalls.LocationOf("a"), CancellationToken.None)
        );

        Assert.Equal("1", (await backend.RestoreAsync(BackendCalls.LocationOf("a"), null, CancellationToken.None)).Version.Id);
        Assert.Equal("value-one", await backend.TextAsync("a"));

        await backend.DeleteAsync(BackendCalls.LocationOf("a"), CancellationToken.None);
        Assert.Equal("2", (await backend.SetAsync("a", "value-two", SetCondition.Absent)).Version.Id);
        Assert.Equal("value-two", await backend.TextAsync("a"));
    }

    [Fact]
    public async Task Deleting_a_field_keeps_the_others_and_the_last_one_deletes_the_secret()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("a#one", "value-one");
        await backend.SetAsync("a#two", "value-two");
        await backend.DeleteAsync(BackendCalls.LocationOf("a#one"), CancellationToken.None);
        Assert.Equal(SecretErrorCode.FieldMissing, (await backend.ErrorAsync("a#one")).Code);
        Assert.Equal("value-two", await backend.TextAsync("a#two"));
        await backend.DeleteAsync(BackendCalls.LocationOf("a#two"), CancellationToken.None);
        Assert.Equal(SecretErrorCode.Deleted, (await backend.ErrorAsync("a#two")).Code);
    }

    [Fact]
    public async Task Rollback_makes_an_older_version_current_as_a_new_one()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("a", new { user = "u-one", password = "p-one" });
        await fixture.PutAsync("a", new { user = "u-two", password = "p-two" });
        var receipt = await backend.RestoreAsync(BackendCalls.LocationOf("a"), new SecretVersion("1"), CancellationToken.None);
        Assert.Equal("3", receipt.Version.Id);
        Assert.Equal("u-one", await backend.TextAsync("a#user"));
        Assert.Equal("p-one", await backend.TextAsync("a#password"));
        await fixture.AdminAsync("PUT", "secret/destroy/a", new { versions = s_first });
        var error = await Assert.ThrowsAsync<SecretNotFoundException>(async () =>
            await backend.RestoreAsync(BackendCalls.LocationOf("a"), new SecretVersion("1"), CancellationToken.None)
        );
        Assert.Equal(SecretErrorCode.VersionGone, error.Code);
    }

    [Fact] // PROTOCOLS 22
    public async Task History_names_versions_newest_first_with_their_states()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        for (var i = 1; i <= 11; i++)
            await fixture.PutAsync("a", new { value = $"value-{i}" });
        await fixture.AdminAsync("POST", "secret/delete/a", new { versions = (int[])[10] });
        await fixture.AdminAsync("PUT", "secret/destroy/a", new { versions = (int[])[9] });
        var history = await backend.HistoryAsync(BackendCalls.LocationOf("a"), CancellationToken.None).ToListAsync();
        Assert.Equal(["11", "10", "9", "8", "7", "6", "5", "4", "3", "2"], history.Select(one => one.Version.Id));
        Assert.Equal(
            [
                SecretVersionState.Available,
                SecretVersionState.Deleted,
                SecretVersionState.Destroyed,
                SecretVersionState.Available,
            ],
            history.Take(4).Select(one => one.State)
        );
        Assert.Equal([true, false], history.Take(2).Select(one => one.IsCurrent));
        await Assert.ThrowsAsync<SecretNotFoundException>(async () =>
            await backend.HistoryAsync(BackendCalls.LocationOf("none"), CancellationToken.None).ToListAsync()
        );
    }

    [Fact] // PROTOCOLS 20
    public async Task A_destroyed_version_is_gone_for_good_and_the_current_one_is_not_destroyed()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        var location = new SecretLocation(SecretName.Parse("a"), SecretName.Parse("a"));
        await backend.SetAsync("a", "value-old");
        await backend.SetAsync("a", "value-new");

        await backend.DestroyAsync(location, new SecretVersion("1"), TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<SecretWriteException>(() =>
            backend.DestroyAsync(location, new SecretVersion("2"), TestContext.Current.CancellationToken).AsTask()
        );

        Assert.Contains("current", refused.Message, StringComparison.Ordinal);
        Assert.Equal("value-new", await backend.TextAsync("a"));
        Assert.True(
            (await fixture.AdminAsync("GET", "secret/metadata/a"))!["data"]!["versions"]!["1"]!["destroyed"]!.GetValue<bool>()
        );
        var old = (
            await backend.ReadAsync(
                [new SecretRequest("a", [location], ReadPurpose.Get) { Version = new SecretVersion("1") }],
                TestContext.Current.CancellationToken
            )
        )[0];
        Assert.Equal(SecretErrorCode.VersionGone, old.Error?.Code);
        Assert.Equal(
            SecretErrorCode.VersionGone,
            (
                await Assert.ThrowsAsync<SecretNotFoundException>(() =>
                    backend.DestroyAsync(location, new SecretVersion("9"), TestContext.Current.CancellationToken).AsTask()
                )
            ).Code
        );
    }

    [Fact]
    public async Task Whole_text_is_an_object_and_nothing_else()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("a#*", """{"user":"u-text","password":"p-text"}""");
        Assert.Equal("p-text", await backend.TextAsync("a#password"));
        foreach (var bad in new[] { "no json", "[1]", "\"text\"" })
            await Assert.ThrowsAsync<SecretWriteException>(() => backend.SetAsync("a#*", bad));
    }

    [Fact]
    public async Task A_value_that_is_no_text_is_refused_without_quoting_it()
    {
        await using var fixture = await VaultFixture.StartAsync();
        using var value = SecretValue.FromBytes([0xff, 0xfe, 0x41]);
        var error = await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await fixture.Backend().WriteAsync(new SecretWrite(BackendCalls.LocationOf("a"), value), CancellationToken.None)
        );
        Assert.Equal(SecretErrorCode.WriteFailed, error.Code);
    }

    [Fact]
    public async Task A_denied_write_names_the_line()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = VaultFixture.Fresh() });
        var token = await fixture.TokenAsync("path \"secret/data/a\" { capabilities = [\"read\"] }");
        var error = await Assert.ThrowsAsync<SecretAccessDeniedException>(() =>
            fixture.Backend(options => options.Token = SecretValue.FromText(token)).SetAsync("a", "new-value")
        );
        Assert.Contains(
            """path "secret/data/a" { capabilities = ["create", "update"] }""",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Nothing_is_written_into_a_KV_v1_mount()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.AdminAsync("POST", "sys/mounts/kv1", new { type = "kv", options = new { version = "1" } });
        var backend = fixture.Backend(options => options.KvMount = "kv1");
        await Assert.ThrowsAsync<SecretRefusedException>(() => backend.SetAsync("new/secret", "some-value"));
        await Assert.ThrowsAsync<SecretRefusedException>(() =>
            backend.SetAsync("new/secret", "some-value", stage: SecretStage.Pending)
        );
        Assert.Equal(
            0,
            fixture
                .Server.Requests.All.Where(one => one.Method == "POST" && one.Path.StartsWith("kv1/", StringComparison.Ordinal))
                .Sum(one => one.Count)
        );
    }

    [Theory] // PROTOCOLS 22
    [InlineData(VaultRelease.Current, true)]
    [InlineData(VaultRelease.V18, false)]
    public async Task Custom_metadata_is_found_out_and_not_assumed(VaultRelease release, bool kept)
    {
        await using var fixture = await VaultFixture.StartAsync(options => options.Release = release);
        var backend = fixture.Backend();
        await backend.SetAsync("a", "value-one");
        var notes = new Dictionary<string, string> { ["rotation_date"] = "2026-11-24", ["status"] = "current" };
        Assert.Equal(kept, await backend.Metadata.TryNoteAsync("a", SecretName.Parse("a"), notes, CancellationToken.None));
    }
}
