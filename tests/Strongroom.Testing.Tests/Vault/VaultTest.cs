using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Testing.Tests.Vault;

/// <summary>A Vault on a clock that the test moves, and a caller with its root token, one for each test.</summary>
public abstract class VaultTest : IAsyncLifetime
{
    private readonly List<VaultCaller> callers = [];

    private protected VaultServer Vault { get; private set; } = null!;

    private protected VaultCaller Root { get; private set; } = null!;

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 14, 30, 0, TimeSpan.Zero));

    private protected virtual VaultServerOptions Options => new();

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        var options = Options;
        options.TimeProvider = Time;
        Vault = await VaultServer.StartAsync(options, Ct);
        Root = As(Vault.RootToken);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var caller in callers)
            caller.Dispose();
        await Vault.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static string Random() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private protected VaultCaller As(string? token, VaultServer? server = null)
    {
        var caller = new VaultCaller((server ?? Vault).Url, token);
        callers.Add(caller);
        return caller;
    }

    private protected async Task<string> TokenAsync(object request)
    {
        var answer = await Root.PostAsync("auth/token/create", request);
        answer.Is(200);
        return answer.ClientToken;
    }

    private protected async Task<VaultCaller> WithPolicyAsync(string policy)
    {
        var name = "p" + Random()[..6];
        await Root.DoAsync("PUT", $"sys/policies/acl/{name}", new { policy });
        return As(await TokenAsync(new { policies = name }));
    }

    private protected Task WriteAsync(string path, string value, int? cas = null) =>
        Root.DoAsync(
            "POST",
            $"secret/data/{path}",
            cas is null ? new { data = new { value } } : new { options = new { cas }, data = new { value } }
        );
}
