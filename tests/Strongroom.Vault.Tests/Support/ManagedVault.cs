using Microsoft.Extensions.Logging;
using Strongroom.Journaling;
using Strongroom.Resilience;

namespace Strongroom.Vault.Tests.Support;

/// <summary>A whole manager on a Vault: every layer, the breaker and the budget, on the fixture's clock.</summary>
internal sealed class ManagedVault : IAsyncDisposable
{
    public static readonly SecretName KeyId = SecretName.Parse("alpaca/api_key_id");
    public static readonly SecretName SecretKey = SecretName.Parse("alpaca/api_secret_key");
    public static readonly SecretName Password = SecretName.Parse("database/password");

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

    private string _tokenFile = "";

    internal ManagedVault(
        VaultFixture fixture,
        VaultBackend backend,
        string instance = "execution",
        JournalCapacity? journal = null
    )
    {
        Fixture = fixture;
        Backend = backend;
        Runtime = new SecretManagerBuilder
        {
            Declaration = Declaration,
            Backend = backend,
            Options = new StrongroomOptions
            {
                JournalDirectory = Path.Combine(fixture.Folder, "journal"),
                Operator = "tester",
                Instance = instance,
            },
            Environment = DeploymentEnvironment.Test,
            Time = fixture.Time,
            JournalCapacity = journal ?? new JournalCapacity(),
            Resilience = new ResilienceSettings { Attempts = 1 }, // a pause would wait for the test's clock
            Loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(fixture.Log)),
        }.Build();
    }

    public VaultFixture Fixture { get; }

    public VaultBackend Backend { get; }

    public StrongroomRuntime Runtime { get; }

    public ISecretManager Manager => Runtime.Manager;

    public ICredentialReports Reports => Runtime.Reports;

    public BundleState Alpaca => Manager.State.Bundles.Single(bundle => bundle.Bundle == "alpaca");

    public static async Task<ManagedVault> StartAsync(TestAuthority? authority = null)
    {
        var fixture = await FilledAsync(authority);
        var ids = await fixture.AppRoleAsync("execution", Strongroom.Vault.Policies.VaultPolicy.For(Declaration, "", "secret"));
        var pem = authority is null ? null : Path.Combine(fixture.Folder, "ca.pem");
        if (pem is not null)
            await File.WriteAllTextAsync(pem, authority!.Certificate.ExportCertificatePem());
        return await StartAsync(new ManagedVault(fixture, fixture.AppRoleBackend(ids, options => options.CaCertificate = pem)));
    }

    /// <summary>With a token that an operator made and put into a file.</summary>
    public static async Task<ManagedVault> StartWithTokenFileAsync()
    {
        var fixture = await FilledAsync();
        var file = Path.Combine(fixture.Folder, "token");
        var managed = new ManagedVault(fixture, fixture.Backend(options => (options.Token, options.TokenFile) = (null, file)))
        {
            _tokenFile = file,
        };
        await managed.BringTokenAsync();
        return await StartAsync(managed);
    }

    /// <summary>Puts a new token into the file.</summary>
    public async Task BringTokenAsync() =>
        await File.WriteAllTextAsync(
            _tokenFile,
            await Fixture.TokenAsync(Strongroom.Vault.Policies.VaultPolicy.For(Declaration, "", "secret"))
        );

    /// <summary>How many reads were made.</summary>
    public int Reads { get; private set; }

    /// <summary>Set where requests end by nothing but their timeouts, so that waiting must move the clock.</summary>
    public bool Hangs { get; set; }

    public async Task<string> KeyIdAsync()
    {
        Reads++;
        return (await Manager.GetAsync(KeyId)).Value.Reveal();
    }

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
            var round = Task.WhenAll(Runtime.Refresh.RoundAsync(), Backend.Session.TokenRenewal.Work);
            while (!round.IsCompleted)
            {
                await Task.WhenAny(round, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
                if (!round.IsCompleted && Hangs)
                    Fixture.Time.AdvanceIfWaitedFor(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
            }
            await round;
            Runtime.Watch.Tick();
        }
    }

    private static async Task<VaultFixture> FilledAsync(TestAuthority? authority = null)
    {
        var fixture = await VaultFixture.StartAsync(options => options.Certificate = authority?.Issue("127.0.0.1"));
        await fixture.PutAsync(
            "alpaca/credentials",
            new { api_key_id = VaultFixture.Fresh(), api_secret_key = VaultFixture.Fresh() }
        );
        await fixture.PutAsync("database/password", new { value = VaultFixture.Fresh() });
        return fixture;
    }

    private static async Task<ManagedVault> StartAsync(ManagedVault managed)
    {
        Assert.Empty(await managed.Runtime.FetchRequiredAsync(CancellationToken.None));
        await managed.Runtime.Breaker.RefreshAsync(CancellationToken.None);
        return managed;
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        await Fixture.DisposeAsync();
    }
}
