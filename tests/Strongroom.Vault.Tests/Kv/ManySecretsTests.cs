using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Kv;

/// <summary>Five thousand secrets in one process, each at a path of its own.</summary>
[Collection(AloneCollection.Name)]
public sealed class ManySecretsTests
{
    private const int Count = 5_000;
    private const int MostAtOnce = 64;
    private const int MostGrowth = 1_000_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_reads_each_by_few_requests_at_a_time_and_later_refreshes_keep_nothing_of_earlier_ones()
    {
        await using var fixture = await VaultFixture.StartAsync(options => options.TimeProvider = TimeProvider.System);
        var values = Enumerable.Range(0, Count).ToDictionary(i => SecretName.Parse($"many/n{i}"), _ => VaultFixture.Fresh());
        await Parallel.ForEachAsync(
            values,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct },
            async (pair, _) => await fixture.PutAsync(pair.Key.ToString(), new { value = pair.Value })
        );
        await using var runtime = Build(fixture, values.Keys);
        var before = fixture.Server.Requests.Total;

        await StartAsync(runtime);

        foreach (var (name, value) in values)
            Assert.True((await runtime.Manager.GetAsync(name, Ct)).Value.Reveal() == value, name.ToString());
        Assert.InRange(fixture.Server.Requests.Total - before, Count, Count * 2);
        Assert.InRange(fixture.Server.Requests.MostAtOnce, 2, MostAtOnce);

        await runtime.RefreshAsync(Ct);
        var live = GC.GetTotalMemory(forceFullCollection: true);
        for (var refresh = 0; refresh < 4; refresh++)
            await runtime.RefreshAsync(Ct);
        // One more copy of each value for each refresh would be five times as much.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - live, long.MinValue, MostGrowth);
        Assert.InRange(fixture.Server.Requests.MostAtOnce, 2, MostAtOnce);
    }

    /// <summary>On a machine that is slow to answer, what ran out of time is asked again, as a start does.</summary>
    private static async Task StartAsync(StrongroomRuntime runtime)
    {
        for (var attempt = 1; await runtime.FetchRequiredAsync(Ct) is { Count: > 0 } errors; attempt++)
            Assert.True(attempt < 20 && errors.All(failed => failed.Error.IsTransient), errors[0].Error.Message);
    }

    private static StrongroomRuntime Build(VaultFixture fixture, IEnumerable<SecretName> names)
    {
        var secrets = string.Join(',', names.Select(name => $$"""{ "name": "{{name}}" }"""));
        return new SecretManagerBuilder
        {
            Declaration = SecretDeclaration.Parse($$"""{ "service": "many", "secrets": [{{secrets}}] }"""),
            Backend = new VaultBackend(
                new VaultOptions
                {
                    Addresses = [fixture.Server.Url],
                    Token = SecretValue.FromText(fixture.Server.RootToken),
                    Home = fixture.Folder,
                },
                "",
                Path.Combine(fixture.Folder, "state"),
                TimeProvider.System,
                NullLogger.Instance
            ),
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(fixture.Folder, "journal"), Operator = "tester" },
            Environment = DeploymentEnvironment.Test,
        }.Build();
    }
}
