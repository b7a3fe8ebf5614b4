using System.Globalization;
using Microsoft.Extensions.Logging;
using Strongroom.Hosting;
using Strongroom.Journaling;
using Strongroom.Testing;
using Strongroom.Vault.Policies;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Outage;

/// <summary>
/// A thousand hosts that start at once on a Vault with a quota, as they do by themselves and after an outage. They run on the
/// system's clock: nothing moves it but the hosts' own pauses.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class CrowdTests
{
    private static readonly int s_count = TestLength.Of(whole: 1_000, share: 200);
    private const int StartupRetry = 1001;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("length", "long")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Starts_of_a_thousand_at_once_under_a_quota_all_succeed_without_a_storm(bool isAfterOutage)
    {
        await using var fixture = await VaultFixture.StartAsync(options => options.TimeProvider = TimeProvider.System);
        var ids = await PrepareAsync(fixture);
        using var log = new CollectingLoggerProvider();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log));
        var hosts = Enumerable.Range(0, s_count).Select(i => Build(fixture, ids, i, loggers)).ToList();
        await using var ended = new EndedTogether(hosts);
        if (isAfterOutage)
            await fixture.Server.StopListeningAsync();

        var starts = hosts
            .Select(host =>
                Task.Run(
                    () =>
                        new SecretStartup(
                            host,
                            TimeSpan.FromMinutes(10),
                            TimeProvider.System,
                            loggers.CreateLogger("start")
                        ).RunAsync(Ct),
                    Ct
                )
            )
            .ToList();
        if (isAfterOutage)
        {
            while (log.Count(StartupRetry) < s_count)
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Ct);
            await fixture.Server.ListenAgainAsync(Ct);
        }
        await Task.WhenAll(starts);

        var requests = fixture.Server.Requests;
        const string Login = "auth/approle/login";
        // FleetTests counts exactly one each, on a clock of its own. Here a login or a read may run out of time on a slow
        // machine, and is sent again.
        Assert.InRange(requests.Of(path: Login, status: 200), s_count, s_count * 2);
        Assert.Equal(0, requests.Of(path: Login, status: 400) + requests.Of(path: Login, status: 403));
        Assert.InRange(requests.Of("GET", "secret/data/alpaca/credentials", 200), s_count, s_count * 3);
        Assert.InRange(requests.Of("GET", "secret/data/database/password", 200), s_count, s_count * 3);
        Assert.InRange(requests.Of(status: 429), 1, s_count * 6);
        Assert.All(hosts, host => Assert.Equal(3, host.Manager.State.Bundles.Sum(bundle => bundle.Names.Count)));
    }

    /// <summary>Each gives its token back, all at once.</summary>
    private sealed class EndedTogether(List<StrongroomRuntime> hosts) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
    }

    private static async Task<(string RoleId, string SecretId)> PrepareAsync(VaultFixture fixture)
    {
        await fixture.PutAsync(
            "alpaca/credentials",
            new { api_key_id = VaultFixture.Fresh(), api_secret_key = VaultFixture.Fresh() }
        );
        await fixture.PutAsync("database/password", new { value = VaultFixture.Fresh() });
        var ids = await fixture.AppRoleAsync("execution", VaultPolicy.For(ManagedVault.Declaration, "", "secret"));
        await fixture.AdminAsync("POST", "sys/quotas/rate-limit/all", new { rate = s_count / 2, interval = "1s" });
        return ids;
    }

    private static StrongroomRuntime Build(
        VaultFixture fixture,
        (string RoleId, string SecretId) ids,
        int number,
        ILoggerFactory loggers
    ) =>
        new SecretManagerBuilder
        {
            Declaration = ManagedVault.Declaration,
            Backend = new VaultBackend(
                new VaultOptions
                {
                    Addresses = [fixture.Server.Url],
                    AuthMethod = VaultAuthMethod.AppRole,
                    RoleId = ids.RoleId,
                    SecretId = SecretValue.FromText(ids.SecretId),
                    Home = fixture.Folder,
                },
                "",
                Path.Combine(fixture.Folder, "state"),
                TimeProvider.System,
                loggers.CreateLogger("Strongroom.Vault")
            ),
            Options = new StrongroomOptions
            {
                JournalDirectory = Path.Combine(fixture.Folder, "journal"),
                Operator = "tester",
                Instance = "execution-" + number.ToString(CultureInfo.InvariantCulture),
            },
            Environment = DeploymentEnvironment.Test,
            JournalCapacity = new JournalCapacity(Counters: 32, Records: 512),
            Loggers = loggers,
        }.Build();
}
