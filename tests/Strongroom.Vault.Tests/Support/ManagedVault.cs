using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Resilience;

namespace Strongroom.Vault.Tests.Support;

/// <summary>A whole manager on a Vault: every layer, the breaker and the budget, on the room's clock.</summary>
internal sealed class ManagedVault : IAsyncDisposable
{
    public static readonly SecretName KeyId = SecretName.Parse("alpaca/api_key_id");
    public static readonly SecretName SecretKey = SecretName.Parse("alpaca/api_secret_key");
    public static readonly SecretName Password = SecretName.Parse("database/password");

    public static SecretDeclaration Declaration { get; } = SecretDeclaration.Parse("""
        { "service": "execution_gateway", "secrets": [
          { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca", "onLoss": "halt" },
          { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca", "onLoss": "halt" },
          { "name": "database/password" } ] }
        """);

    private string _tokenFile = "";

    internal ManagedVault(VaultRoom room, VaultBackend backend, string instance = "execution", JournalRoom? journal = null)
    {
        Room = room;
        Backend = backend;
        Runtime = new SecretManagerBuilder
        {
            Declaration = Declaration,
            Backend = backend,
            Options = new StrongroomOptions { JournalDirectory = Path.Combine(room.Folder, "journal"), Operator = "tester", Instance = instance },
            Environment = DeploymentEnvironment.Test,
            Time = room.Time,
            JournalRoom = journal ?? new JournalRoom(),
            Resilience = new ResilienceSettings { Attempts = 1 }, // a pause would wait for the test's clock
            Loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(room.Log)),
        }.Build();
    }

    public VaultRoom Room { get; }

    public VaultBackend Backend { get; }

    public StrongroomRuntime Runtime { get; }

    public ISecretManager Manager => Runtime.Manager;

    public BundleState Alpaca => Manager.State.Bundles.Single(bundle => bundle.Bundle == "alpaca");

    public static async Task<ManagedVault> StartAsync(TestAuthority? authority = null)
    {
        var room = await FilledAsync(authority);
        var ids = await room.AppRoleAsync("execution", Strongroom.Vault.Policies.VaultPolicy.For(Declaration, "", "secret"));
        var pem = authority is null ? null : Path.Combine(room.Folder, "ca.pem");
        if (pem is not null)
            await File.WriteAllTextAsync(pem, authority!.Certificate.ExportCertificatePem());
        return await StartAsync(new ManagedVault(room, room.AppRoleBackend(ids, options => options.CaCertificate = pem)));
    }

    /// <summary>With a token that an operator made and put into a file.</summary>
    public static async Task<ManagedVault> StartWithTokenFileAsync()
    {
        var room = await FilledAsync();
        var file = Path.Combine(room.Folder, "token");
        var managed = new ManagedVault(room, room.Backend(options => (options.Token, options.TokenFile) = (null, file))) { _tokenFile = file };
        await managed.BringTokenAsync();
        return await StartAsync(managed);
    }

    /// <summary>Puts a new token into the file.</summary>
    public async Task BringTokenAsync() =>
        await File.WriteAllTextAsync(_tokenFile, await Room.TokenAsync(Strongroom.Vault.Policies.VaultPolicy.For(Declaration, "", "secret")));

    /// <summary>How many reads were made.</summary>
    public int Reads { get; private set; }

    /// <summary>Set where requests end by nothing but their timeouts, so that waiting must move the clock.</summary>
    public bool Hangs { get; set; }

    public async Task<string> KeyIdAsync()
    {
        Reads++;
        return (await Manager.GetAsync(KeyId)).Value.Reveal();
    }

    /// <summary>Lets time pass as the timers would, and waits for what each step began. A hanging request ends by its own timeout.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan? step = null)
    {
        var by = step ?? TimeSpan.FromSeconds(5);
        var end = Room.Time.GetUtcNow() + time;
        while (Room.Time.GetUtcNow() < end)
        {
            Room.Time.Advance(by);
            var round = Task.WhenAll(Runtime.Refresh.RoundAsync(), Backend.Session.KeepAlive.Work);
            while (!round.IsCompleted)
            {
                await Task.WhenAny(round, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
                if (!round.IsCompleted && Hangs)
                    Room.Time.Advance(TimeSpan.FromSeconds(1));
            }
            await round;
            Runtime.Watch.Tick();
        }
    }

    private static async Task<VaultRoom> FilledAsync(TestAuthority? authority = null)
    {
        var room = await VaultRoom.StartAsync(options => options.Certificate = authority?.Issue("127.0.0.1"));
        await room.PutAsync("alpaca/credentials", new { api_key_id = VaultRoom.Fresh(), api_secret_key = VaultRoom.Fresh() });
        await room.PutAsync("database/password", new { value = VaultRoom.Fresh() });
        return room;
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
        await Room.DisposeAsync();
    }
}
