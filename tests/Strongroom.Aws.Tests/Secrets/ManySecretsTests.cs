using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Aws.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Secrets;

/// <summary>Five thousand secrets in one process.</summary>
[Collection(AloneCollection.Name)]
public sealed class ManySecretsTests
{
    private const int Count = 5_000;
    private const int MostAtOnce = 64;
    private const int MostGrowth = 1_000_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_reads_each_by_few_requests_at_a_time_and_later_refreshes_keep_nothing_of_earlier_ones(bool inBatches)
    {
        await using var fixture = await AwsFixture.StartAsync();
        var values = Enumerable.Range(0, Count).ToDictionary(i => SecretName.Parse($"many/n{i}"), _ => AwsFixture.Fresh());
        using (var admin = Backend(fixture, fixture.Server.AccessKeyId, fixture.Server.SecretAccessKey))
        {
            await Parallel.ForEachAsync(
                values,
                new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct },
                async (pair, _) => await admin.SetAsync(pair.Key.ToString(), pair.Value)
            );
        }
        var credential = fixture.Server.IssueCredential();
        if (!inBatches)
            fixture.Server.Deny(credential.AccessKeyId, "BatchGetSecretValue");
        await using var runtime = Build(
            fixture,
            Backend(fixture, credential.AccessKeyId, credential.SecretAccessKey),
            values.Keys
        );

        await StartAsync(runtime);

        foreach (var (name, value) in values)
            Assert.True((await runtime.Manager.GetAsync(name, Ct)).Value.Reveal() == value, name.ToString());
        var (operation, least) = inBatches ? ("BatchGetSecretValue", Count / 20) : ("GetSecretValue", Count);
        Assert.InRange(fixture.Server.Requests.Of(operation, 200), least, least * 2);
        Assert.InRange(fixture.Server.Requests.MostAtOnce, 2, MostAtOnce);

        await runtime.RefreshAsync(Ct);
        var live = GC.GetTotalMemory(forceFullCollection: true);
        for (var refresh = 0; refresh < 4; refresh++)
            await runtime.RefreshAsync(Ct);
        // One more copy of each value for each refresh would be five times as much.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - live, long.MinValue, MostGrowth);
        Assert.InRange(fixture.Server.Requests.MostAtOnce, 2, MostAtOnce);
    }

    private static AwsBackend Backend(AwsFixture fixture, string accessKeyId, string secretAccessKey) =>
        new(
            new AwsOptions
            {
                Region = fixture.Server.Region,
                Endpoint = fixture.Server.Url,
                Credentials = new Amazon.Runtime.BasicAWSCredentials(accessKeyId, secretAccessKey),
            },
            "",
            TimeProvider.System,
            NullLogger.Instance
        );

    /// <summary>On a machine that is slow to answer, what ran out of time is asked again, as a start does.</summary>
    private static async Task StartAsync(StrongroomRuntime runtime)
    {
        for (var attempt = 1; await runtime.FetchRequiredAsync(Ct) is { Count: > 0 } errors; attempt++)
            Assert.True(attempt < 20 && errors.All(failed => failed.Error.IsTransient), errors[0].Error.Message);
    }

    private static StrongroomRuntime Build(AwsFixture fixture, AwsBackend backend, IEnumerable<SecretName> names)
    {
        var secrets = string.Join(',', names.Select(name => $$"""{ "name": "{{name}}" }"""));
        return new SecretManagerBuilder
        {
            Declaration = SecretDeclaration.Parse($$"""{ "service": "many", "secrets": [{{secrets}}] }"""),
            Backend = backend,
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(fixture.Folder, "journal"), Operator = "tester" },
            Environment = DeploymentEnvironment.Test,
        }.Build();
    }
}
