using Strongroom.Backends;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Kv;

public class KvPendingTests
{
    private static readonly SecretLocation s_location = BackendCalls.LocationOf("alpaca/credentials");

    [Fact]
    public async Task A_pending_value_is_out_of_readers_sight_until_it_is_promoted()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { api_key_id = "id-one", api_secret_key = "key-one" });

        await backend.SetAsync("alpaca/credentials#api_key_id", "id-two", stage: SecretStage.Pending);
        var receipt = await backend.SetAsync("alpaca/credentials#api_secret_key", "key-two", stage: SecretStage.Pending);

        Assert.StartsWith("p2-", receipt.Version.Id, StringComparison.Ordinal);
        Assert.Equal("id-one", await backend.TextAsync("alpaca/credentials#api_key_id"));
        Assert.Equal("id-two", await backend.TextAsync("alpaca/credentials#api_key_id", stage: SecretStage.Pending));
        Assert.Equal(
            "key-two",
            await backend.TextAsync("alpaca/credentials#api_secret_key", receipt.Version.Id, SecretStage.Pending)
        );
        Assert.DoesNotContain(
            "~",
            await backend.TextAsync("alpaca/credentials#*", stage: SecretStage.Pending),
            StringComparison.Ordinal
        );
        Assert.Equal(["alpaca/credentials"], (await backend.NamesAsync()).Select(name => name.ToString()));

        var promoted = await backend.PromoteAsync(s_location, receipt.Version, new SecretVersion("1"), CancellationToken.None);

        Assert.Equal("2", promoted.Version.Id);
        Assert.Equal("id-two", await backend.TextAsync("alpaca/credentials#api_key_id"));
        Assert.Equal("key-two", await backend.TextAsync("alpaca/credentials#api_secret_key"));
        Assert.Equal("key-one", await backend.TextAsync("alpaca/credentials#api_secret_key", stage: SecretStage.Previous));
        var data = (await fixture.AdminAsync("GET", "secret/data/alpaca/credentials"))!["data"]!["data"]!.AsObject();
        Assert.Equal(["api_key_id", "api_secret_key"], data.Select(field => field.Key).Order(StringComparer.Ordinal));
        await backend.DiscardAsync(s_location, receipt.Version, CancellationToken.None);
        Assert.False((await backend.AskAsync("alpaca/credentials#api_key_id", stage: SecretStage.Pending)).Succeeded);
    }

    [Fact]
    public async Task DiscardAsync_destroys_every_pending_value_that_was_ever_stored()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { value = "old-value" });
        await backend.SetAsync("alpaca/credentials", "value-one", stage: SecretStage.Pending);
        var pending = await backend.SetAsync("alpaca/credentials", "value-two", stage: SecretStage.Pending);

        await backend.DiscardAsync(s_location, pending.Version, CancellationToken.None);

        var versions = (await fixture.AdminAsync("GET", "secret/metadata/alpaca/credentials~pending"))!["data"]!["versions"]!;
        Assert.Equal([true, true, false], Enumerable.Range(1, 3).Select(one => (bool)versions[$"{one}"]!["destroyed"]!));
        Assert.Empty((await fixture.AdminAsync("GET", "secret/data/alpaca/credentials~pending"))!["data"]!["data"]!.AsObject());
    }

    [Fact]
    public async Task DiscardAsync_that_died_before_it_destroyed_destroys_when_it_is_repeated()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { value = "old-value" });
        var pending = await backend.SetAsync("alpaca/credentials", "new-value", stage: SecretStage.Pending);
        await fixture.PutAsync("alpaca/credentials~pending", new { });

        await backend.DiscardAsync(s_location, pending.Version, CancellationToken.None);

        var versions = (await fixture.AdminAsync("GET", "secret/metadata/alpaca/credentials~pending"))!["data"]!["versions"]!;
        Assert.True((bool)versions["1"]!["destroyed"]!);
    }

    [Fact]
    public async Task A_pending_version_is_not_anothers_though_somebody_removed_the_sibling_and_its_numbers_start_over()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { value = "old-value" });
        var stale = await backend.SetAsync("alpaca/credentials", "new-value", stage: SecretStage.Pending);
        await fixture.AdminAsync("DELETE", "secret/metadata/alpaca/credentials~pending");
        var fresh = await backend.SetAsync("alpaca/credentials", "other-value", stage: SecretStage.Pending);

        await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await backend.PromoteAsync(s_location, stale.Version, null, CancellationToken.None)
        );
        await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await backend.DiscardAsync(s_location, stale.Version, CancellationToken.None)
        );
        Assert.Equal("old-value", await backend.TextAsync("alpaca/credentials"));
        Assert.Equal("other-value", await backend.TextAsync("alpaca/credentials", fresh.Version.Id, SecretStage.Pending));
        Assert.False((await backend.AskAsync("alpaca/credentials", stale.Version.Id, SecretStage.Pending)).Succeeded);
    }

    [Fact]
    public async Task The_previous_value_is_the_newest_before_the_current_one_that_is_not_deleted()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { value = "value-one" });
        await fixture.PutAsync("alpaca/credentials", new { value = "value-two" });
        await fixture.PutAsync("alpaca/credentials", new { value = "value-three" });
        await backend.DestroyAsync(s_location, new SecretVersion("2"), CancellationToken.None);

        Assert.Equal("value-one", await backend.TextAsync("alpaca/credentials", stage: SecretStage.Previous));
    }

    [Fact]
    public async Task KeepAsync_is_refused_where_Vault_keeps_too_few_versions()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.AdminAsync("POST", "secret/metadata/alpaca/credentials", new { max_versions = 4 });
        await fixture.PutAsync("alpaca/credentials", new { value = "value-one" });
        await backend.KeepAsync(s_location, new SecretVersion("1"), CancellationToken.None);
        await fixture.PutAsync("alpaca/credentials", new { value = "value-two" });

        var error = await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await backend.KeepAsync(s_location, new SecretVersion("1"), CancellationToken.None)
        );
        Assert.Contains("-max-versions=10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeepAsync_is_refused_where_Vault_deletes_the_version_after_a_time()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.AdminAsync("POST", "secret/metadata/alpaca/credentials", new { delete_version_after = "24h" });
        await fixture.PutAsync("alpaca/credentials", new { value = "value-one" });

        var error = await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await backend.KeepAsync(s_location, new SecretVersion("1"), CancellationToken.None)
        );
        Assert.Contains("delete_version_after", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoteRotationAsync_keeps_other_metadata()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { value = "value-one" });
        await fixture.AdminAsync("POST", "secret/metadata/alpaca/credentials", new { custom_metadata = new { owner = "risk" } });

        Assert.True(await backend.NoteRotationAsync(s_location, DateTimeOffset.UnixEpoch, CancellationToken.None));

        var notes = (await fixture.AdminAsync("GET", "secret/metadata/alpaca/credentials"))!["data"]!["custom_metadata"]!;
        Assert.Equal(("risk", "1970-01-01T00:00:00Z"), ((string)notes["owner"]!, (string)notes["rotation_date"]!));
    }

    [Fact]
    public async Task What_was_written_in_the_meantime_is_not_taken_back()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { value = "old-value", note = "note-one" });
        var pending = await backend.SetAsync("alpaca/credentials", "new-value", stage: SecretStage.Pending);
        await backend.SetAsync("alpaca/credentials#note", "note-two");
        var error = await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await backend.PromoteAsync(s_location, pending.Version, null, CancellationToken.None)
        );
        Assert.Equal(SecretErrorCode.Conflict, error.Code);

        // Created again, it starts from what is current now.
        pending = await backend.SetAsync("alpaca/credentials", "new-value", stage: SecretStage.Pending);
        await backend.PromoteAsync(s_location, pending.Version, new SecretVersion("2"), CancellationToken.None);
        Assert.Equal("note-two", await backend.TextAsync("alpaca/credentials#note"));
        Assert.Equal("new-value", await backend.TextAsync("alpaca/credentials#value"));
    }

    [Fact]
    public async Task What_was_removed_and_written_again_in_the_meantime_is_not_overwritten_though_it_has_the_same_version()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        await fixture.PutAsync("alpaca/credentials", new { value = "old-value" });
        var pending = await backend.SetAsync("alpaca/credentials", "new-value", stage: SecretStage.Pending);
        await fixture.AdminAsync("DELETE", "secret/metadata/alpaca/credentials");
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.PutAsync("alpaca/credentials", new { value = "another-value", note = "note" });

        var error = await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await backend.PromoteAsync(s_location, pending.Version, new SecretVersion("1"), CancellationToken.None)
        );
        Assert.Equal(SecretErrorCode.Conflict, error.Code);
        Assert.Equal("another-value", await backend.TextAsync("alpaca/credentials#value"));

        // Nor does the next pending value go on from the old one.
        await backend.SetAsync("alpaca/credentials#value", "newest-value", stage: SecretStage.Pending);
        Assert.Equal("note", await backend.TextAsync("alpaca/credentials#note", stage: SecretStage.Pending));
    }

    [Fact]
    public async Task Another_pending_version_than_the_one_that_was_meant_is_not_promoted()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var backend = fixture.Backend();
        var first = await backend.SetAsync("alpaca/credentials", "value-one", stage: SecretStage.Pending);
        var second = await backend.SetAsync("alpaca/credentials", "value-two", stage: SecretStage.Pending);
        await Assert.ThrowsAsync<SecretWriteException>(async () =>
            await backend.PromoteAsync(s_location, first.Version, null, CancellationToken.None)
        );
        Assert.Equal(SecretErrorCode.Missing, (await backend.ErrorAsync("alpaca/credentials")).Code);
        Assert.Equal("1", (await backend.PromoteAsync(s_location, second.Version, null, CancellationToken.None)).Version.Id);
    }

    [Fact]
    public async Task A_readers_policy_does_not_reach_it()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.Backend().SetAsync("alpaca/credentials", "new-value", stage: SecretStage.Pending);
        var token = await fixture.TokenAsync("path \"secret/data/alpaca/credentials\" { capabilities = [\"read\"] }");
        var answer = await fixture
            .Backend(options => options.Token = SecretValue.FromText(token))
            .AskAsync("alpaca/credentials", stage: SecretStage.Pending);
        Assert.Equal(SecretErrorCode.Denied, answer.Error!.Code);
    }
}
