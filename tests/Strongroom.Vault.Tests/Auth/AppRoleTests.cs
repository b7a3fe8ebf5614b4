using Strongroom.Testing;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Auth;

public class AppRoleTests
{
    private const string ReadA = "path \"secret/data/a\" { capabilities = [\"read\"] }";

    [Fact] // PROTOCOLS 25
    public async Task A_first_read_is_two_round_trips_and_the_next_is_one()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        var before = fixture.Server.Requests.Total;
        Assert.Equal("some-value", await backend.TextAsync("a"));
        Assert.Equal(before + 2, fixture.Server.Requests.Total);
        await backend.TextAsync("a");
        Assert.Equal(before + 3, fixture.Server.Requests.Total);
    }

    [Fact] // PROTOCOLS 27
    public async Task Many_reads_at_once_make_one_login()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => backend.TextAsync("a")));
        Assert.Equal(1, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_caller_that_gives_up_cancels_no_login_of_another()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        var hang = fixture.Server.Faults.Add(Fault.Hang(), new FaultTrigger { PathPrefix = "/v1/auth/approle/login" });
        using var impatient = new CancellationTokenSource();
        var given = backend
            .ReadAsync([new("b", [BackendCalls.LocationOf("a")], Backends.ReadPurpose.Get)], impatient.Token)
            .AsTask();
        var patient = backend.TextAsync("a");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        hang.Clear();
        Assert.Equal("some-value", await patient);
        Assert.Equal(1, fixture.Server.Requests.Logins);
    }

    [Fact] // PROTOCOLS 31, 32
    public async Task Day_33_passes_without_a_failed_read_and_without_a_storm()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(
            await fixture.AppRoleAsync("reader", ReadA, new { token_ttl = "24h", token_max_ttl = "768h" })
        );
        await backend.TextAsync("a");
        for (var hours = 0; hours < 24 * 40; hours++)
        {
            await fixture.PassAsync(TimeSpan.FromHours(1));
            if (hours % 6 == 0 || hours / 24 is >= 31 and <= 33)
                Assert.Equal("some-value", await backend.TextAsync("a"));
        }
        Assert.InRange(fixture.Server.Requests.Logins, 2, 3);
        Assert.InRange(fixture.Server.Requests.Of("POST", "auth/token/renew-self"), 40, 100);
        Assert.Equal(0, fixture.Server.Requests.Of(status: 403));
    }

    [Fact] // PROTOCOLS 30
    public async Task A_token_that_cannot_be_renewed_is_replaced_while_it_still_works()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(
            await fixture.AppRoleAsync("reader", ReadA, new { token_ttl = "1h", token_type = "batch" })
        );
        await backend.TextAsync("a");
        for (var minutes = 0; minutes < 120; minutes++)
        {
            await fixture.PassAsync(TimeSpan.FromMinutes(1));
            Assert.Equal("some-value", await backend.TextAsync("a"));
        }
        Assert.InRange(fixture.Server.Requests.Logins, 3, 4);
        Assert.Equal(0, fixture.Server.Requests.Of(status: 403));
    }

    [Fact]
    public async Task A_renewal_that_Vault_cannot_answer_is_tried_again_in_time()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        await backend.TextAsync("a");
        var away = fixture.Server.Faults.Add(
            Fault.Status(500, """{"errors":[]}"""),
            new FaultTrigger { PathPrefix = "/v1/auth" }
        );
        await fixture.PassAsync(TimeSpan.FromMinutes(41));
        for (var i = 0; i < 10; i++)
            await fixture.PassAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(fixture.Server.Requests.Of("POST", "auth/token/renew-self"), 5, 11);
        away.Clear();
        await fixture.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(1, fixture.Server.Requests.Of("POST", "auth/token/renew-self", 200));
        Assert.Equal(1, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_revoked_token_costs_one_login_and_no_failed_read()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        await backend.TextAsync("a");
        for (var i = 0; i < 3; i++)
        {
            await fixture.AdminAsync("POST", "auth/token/revoke", new { token = backend.Session.Current!.Token });
            await fixture.PassAsync(TimeSpan.FromSeconds(31));
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => backend.TextAsync("a")));
        }
        Assert.Equal(4, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_denied_path_is_tried_with_one_fresh_login_and_makes_no_storm()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        await backend.TextAsync("a");
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async i => Assert.Equal(SecretErrorCode.Denied, (await backend.ErrorAsync($"other/{i}")).Code))
        );
        Assert.Equal(2, fixture.Server.Requests.Logins);
        for (var i = 0; i < 9; i++)
        {
            await fixture.PassAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(SecretErrorCode.Denied, (await backend.ErrorAsync("other/0")).Code);
        }
        Assert.Equal(2, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_login_that_Vault_cannot_answer_is_not_remembered()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        fixture.Server.Seal();
        Assert.Equal(SecretErrorCode.Sealed, (await backend.ErrorAsync("a")).Code);
        fixture.Server.Unseal();
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact]
    public async Task A_refused_login_is_not_tried_again_across_restarts_until_its_source_changes()
    {
        await using var fixture = await StartAsync();
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        var file = Path.Combine(fixture.Folder, "secret-id");
        var wrong = VaultFixture.Fresh();
        await File.WriteAllTextAsync(file, wrong);
        VaultBackend Start() => fixture.AppRoleBackend(ids, options => (options.SecretId, options.SecretIdFile) = (null, file));

        var first = Start();
        var error = await first.ErrorAsync("a");
        Assert.Equal(SecretErrorCode.LoginRejected, error.Code);
        Assert.Contains("VAULT_SECRET_ID_FILE", error.Message, StringComparison.Ordinal);
        Assert.Contains("refused the login", first.Problem, StringComparison.Ordinal);
        await first.ErrorAsync("a");
        var second = Start();
        Assert.Equal(SecretErrorCode.LoginRejected, (await second.ErrorAsync("a")).Code);
        Assert.Equal(1, fixture.Server.Requests.Logins);

        var memory = Path.Combine(fixture.Folder, "state", RejectedLoginStore.FileName);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(memory));
        Assert.DoesNotContain(wrong, await File.ReadAllTextAsync(memory), StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, ids.SecretId);
        Assert.Equal("some-value", await second.TextAsync("a"));
        Assert.Null(second.Problem);
    }

    [Fact]
    public async Task Two_services_of_one_machine_share_the_memory_and_only_their_own_refusals()
    {
        await using var fixture = await StartAsync();
        var one = await fixture.AppRoleAsync("one", ReadA);
        var two = await fixture.AppRoleAsync("two", ReadA);
        var wrong = fixture.AppRoleBackend((one.RoleId, VaultFixture.Fresh()));
        await wrong.ErrorAsync("a");
        var right = fixture.AppRoleBackend(two);
        Assert.Equal("some-value", await right.TextAsync("a"));
        var alsoWrong = fixture.AppRoleBackend((two.RoleId, VaultFixture.Fresh()));
        await alsoWrong.ErrorAsync("a");
        await wrong.ErrorAsync("a");
        await alsoWrong.ErrorAsync("a");
        Assert.Equal(3, fixture.Server.Requests.Logins);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(-10)]
    [InlineData(60)]
    public async Task A_refused_login_rests_for_15_minutes_whatever_the_wall_clock_is_set_to(int minutes)
    {
        await using var fixture = await StartAsync();
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        var backend = fixture.AppRoleBackend((ids.RoleId, VaultFixture.Fresh()));
        await backend.ErrorAsync("a");
        await fixture.PassAsync(TimeSpan.FromMinutes(1));
        fixture.Clock.WallStep = TimeSpan.FromMinutes(minutes);
        await fixture.PassAsync(TimeSpan.FromMinutes(13));
        await backend.ErrorAsync("a");
        Assert.Equal(1, fixture.Server.Requests.Logins);
        await fixture.PassAsync(TimeSpan.FromMinutes(2));
        await backend.ErrorAsync("a");
        Assert.Equal(2, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_refused_login_that_an_earlier_process_remembered_rests_for_15_minutes_at_most()
    {
        await using var fixture = await StartAsync();
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        var wrong = VaultFixture.Fresh();
        await fixture.AppRoleBackend((ids.RoleId, wrong)).ErrorAsync("a");
        fixture.Clock.WallStep = -TimeSpan.FromHours(1);
        await fixture.AppRoleBackend((ids.RoleId, wrong)).ErrorAsync("a");
        Assert.Equal(2, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_denied_path_is_tried_with_a_fresh_login_after_its_rest_though_the_wall_clock_went_back()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        await backend.TextAsync("a");
        await backend.ErrorAsync("other/0");
        Assert.Equal(2, fixture.Server.Requests.Logins);
        fixture.Clock.WallStep = -TimeSpan.FromHours(3);
        await fixture.PassAsync(VaultSession.DenialRest);
        await backend.ErrorAsync("other/0");
        Assert.Equal(3, fixture.Server.Requests.Logins);
    }

    [Fact]
    public async Task A_token_is_renewed_at_its_time_though_the_wall_clock_went_back()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(
            await fixture.AppRoleAsync("reader", ReadA, new { token_ttl = "1h", token_max_ttl = "24h" })
        );
        await backend.TextAsync("a");
        var granted = backend.Session.Current;
        var due = backend.Session.TokenRenewal.DueAt - fixture.Time.GetUtcNow();
        fixture.Clock.WallStep = -TimeSpan.FromHours(1);
        await fixture.PassAsync(due!.Value + TimeSpan.FromSeconds(1));
        Assert.NotSame(granted, backend.Session.Current);
    }

    [Fact]
    public async Task A_refused_login_is_tried_again_after_15_minutes()
    {
        await using var fixture = await StartAsync();
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        var backend = fixture.AppRoleBackend((ids.RoleId, VaultFixture.Fresh()));
        await backend.ErrorAsync("a");
        await fixture.PassAsync(TimeSpan.FromMinutes(14));
        await backend.ErrorAsync("a");
        Assert.Equal(1, fixture.Server.Requests.Logins);
        await fixture.PassAsync(TimeSpan.FromMinutes(2));
        await backend.ErrorAsync("a");
        Assert.Equal(2, fixture.Server.Requests.Logins);
    }

    [Fact] // PROTOCOLS 26
    public async Task A_lockout_is_waited_out_and_named()
    {
        await using var fixture = await StartAsync();
        var ids = await fixture.AppRoleAsync("reader", ReadA);
        for (var i = 0; i < 5; i++)
            await fixture.AppRoleBackend((ids.RoleId, VaultFixture.Fresh())).ErrorAsync("a");
        var backend = fixture.AppRoleBackend(ids);
        var error = await backend.ErrorAsync("a");
        Assert.Equal(SecretErrorCode.LoginRejected, error.Code);
        Assert.Contains("lockout", error.Message, StringComparison.Ordinal);
        Assert.Contains("lockout", backend.Problem, StringComparison.Ordinal);
        var logins = fixture.Server.Requests.Logins;
        await backend.ErrorAsync("a");
        Assert.Equal(logins, fixture.Server.Requests.Logins);
        await fixture.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact] // PROTOCOLS 33
    public async Task The_end_revokes_the_token_that_was_logged_in_for()
    {
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        await backend.TextAsync("a");
        var token = backend.Session.Current!.Token;
        await backend.DisposeAsync();
        Assert.Equal(1, fixture.Server.Requests.Of("POST", "auth/token/revoke-self", 204));
        Assert.Equal(
            SecretErrorCode.LoginRejected,
            (await fixture.Backend(options => options.Token = SecretValue.FromText(token)).ErrorAsync("a")).Code
        );
    }

    [Fact]
    public async Task The_end_by_two_threads_at_once_ends_a_login_that_hangs_and_the_reads_that_wait_for_it()
    {
        var limit = TimeSpan.FromSeconds(60);
        await using var fixture = await StartAsync();
        var backend = fixture.AppRoleBackend(await fixture.AppRoleAsync("reader", ReadA));
        fixture.Server.Faults.Add(Fault.Hang(), new FaultTrigger { PathPrefix = "/v1/auth/approle/login" });
        var reads = Enumerable.Range(0, 8).Select(_ => backend.Session.LeaseAsync(default).AsTask()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => backend.Session.DisposeAsync().AsTask())))
            .WaitAsync(limit);
        foreach (var read in reads)
            await Assert.ThrowsAnyAsync<Exception>(() => read.WaitAsync(limit));
        Assert.Null(backend.Session.Current);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => backend.Session.LeaseAsync(default).AsTask());
    }

    private static async Task<VaultFixture> StartAsync()
    {
        var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("a", new { value = "some-value" });
        return fixture;
    }
}
