using Amazon.Runtime;
using Strongroom.Aws.Policies;
using Strongroom.Resilience;

namespace Strongroom.Aws.Tests.Support;

/// <summary>A whole manager on a Secrets Manager: every layer, the breaker and the budget, on the fixture's clock.</summary>
internal sealed class ManagedAws : IAsyncDisposable
{
    public static readonly SecretName KeyId = SecretName.Parse("alpaca/api_key_id");

    private ManagedAws(AwsFixture fixture, AwsBackend backend, SecretDeclaration declaration)
    {
        Fixture = fixture;
        Backend = backend;
        Runtime = new SecretManagerBuilder
        {
            Declaration = declaration,
            Backend = backend,
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(fixture.Folder, "journal"), Operator = "tester" },
            Environment = DeploymentEnvironment.Test,
            Time = fixture.Time,
            Resilience = new ResilienceSettings { Attempts = 1 }, // a pause would wait for the test's clock
            Loggers = fixture.Loggers(),
        }.Build();
    }

    public static SecretDeclaration Declaration { get; } =
        SecretDeclaration.Parse(
            """
            { "service": "execution_gateway", "secrets": [
              { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca", "onLoss": "halt" },
              { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key",
                "bundle": "alpaca", "onLoss": "halt" },
              { "name": "database/password" } ] }
            """
        );

    public AwsFixture Fixture { get; }

    public AwsBackend Backend { get; }

    public AwsBackend Admin { get; private init; } = null!;

    public string AccessKeyId { get; private init; } = "";

    public StrongroomRuntime Runtime { get; }

    public ISecretManager Manager => Runtime.Manager;

    public BundleState Alpaca => Manager.State.Bundles.Single(bundle => bundle.Bundle == "alpaca");

    /// <summary>Set where requests end by nothing but their timeouts, so that waiting must move the clock.</summary>
    public bool Hangs { get; set; }

    public static async Task<ManagedAws> StartAsync(SecretDeclaration? declaration = null)
    {
        declaration ??= Declaration;
        var fixture = await AwsFixture.StartAsync();
        var credential = fixture.Server.IssueCredential(
            IamPolicy.For(declaration, "", fixture.Server.Region, fixture.Server.AccountId)
        );
        return await StartAsync(fixture, AwsFixture.Of(credential), declaration, credential.AccessKeyId);
    }

    /// <summary>In a fixture that is there, which it takes over, with the credentials of a source.</summary>
    public static Task<ManagedAws> StartAsync(AwsFixture fixture, AWSCredentials credentials) =>
        StartAsync(fixture, credentials, Declaration, "");

    private static async Task<ManagedAws> StartAsync(
        AwsFixture fixture,
        AWSCredentials credentials,
        SecretDeclaration declaration,
        string accessKeyId
    )
    {
        var admin = fixture.Backend();
        foreach (var secret in declaration.Secrets)
            await admin.SetAsync(secret.StoredName.ToString(), AwsFixture.Fresh());
        var managed = new ManagedAws(fixture, fixture.Backend(options => options.Credentials = credentials), declaration)
        {
            Admin = admin,
            AccessKeyId = accessKeyId,
        };
        Assert.Empty(await managed.Runtime.FetchRequiredAsync(CancellationToken.None));
        await managed.Runtime.Breaker.RefreshAsync(CancellationToken.None);
        return managed;
    }

    public async Task<string> KeyIdAsync() => (await Manager.GetAsync(KeyId)).Value.Reveal();

    /// <summary>
    /// Lets time pass as the timers would, and waits for what each step began. A hanging request ends by its own timeout.
    /// </summary>
    public async Task PassAsync(TimeSpan time, TimeSpan? step = null)
    {
        var by = step ?? TimeSpan.FromSeconds(5);
        var end = Fixture.Time.GetUtcNow() + time;
        while (Fixture.Time.GetUtcNow() < end)
        {
            Fixture.Time.Advance(by);
            var round = Runtime.Refresh.RoundAsync();
            while (!round.IsCompleted)
            {
                await Task.WhenAny(round, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
                if (!round.IsCompleted && Hangs)
                    Fixture.Time.AdvanceIfWaitedFor(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
            }
            await round;
            Runtime.Watch.Tick();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        await Fixture.DisposeAsync();
    }
}
