using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Testing;

namespace Strongroom.Vault.Tests.Support;

/// <summary>
/// A Vault on loopback, configured over its own API, and backends that talk to it. All clocks are one, and the test's.
/// </summary>
internal sealed class VaultFixture : IAsyncDisposable
{
    // The operator's side of a test: it trusts whatever certificate its own server shows.
    private static readonly HttpClient s_http = new(
        new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }
    );

    private readonly TemporaryFolder _folder = new();
    private readonly List<VaultBackend> _backends = [];

    private VaultFixture(VaultServer server, WatchedTime time) => (Server, Time, Clock) = (server, time, new SteppedTime(time));

    public VaultServer Server { get; }

    public WatchedTime Time { get; }

    /// <summary>The clock of the backends, whose wall time a test may set.</summary>
    public SteppedTime Clock { get; }

    public CollectingLoggerProvider Log { get; } = new();

    public string Folder => _folder.Path;

    public static string Fresh() => Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    public static async Task<VaultFixture> StartAsync(Action<VaultServerOptions>? configure = null)
    {
        var time = new WatchedTime(new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero));
        var options = new VaultServerOptions { TimeProvider = time };
        configure?.Invoke(options);
        return new VaultFixture(await VaultServer.StartAsync(options), time);
    }

    /// <summary>A client of the server; by default with the root token.</summary>
    public VaultBackend Backend(Action<VaultOptions>? configure = null, string @namespace = "")
    {
        var options = new VaultOptions
        {
            Addresses = [Server.Url],
            Token = SecretValue.FromText(Server.RootToken),
            Home = Folder,
        };
        configure?.Invoke(options);
        var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        var backend = new VaultBackend(
            options,
            @namespace,
            Path.Combine(Folder, "state"),
            Clock,
            loggers.CreateLogger("Strongroom.Vault")
        );
        _backends.Add(backend);
        return backend;
    }

    /// <summary>A client that logs in by AppRole, as the role of that name.</summary>
    public VaultBackend AppRoleBackend((string RoleId, string SecretId) ids, Action<VaultOptions>? configure = null) =>
        Backend(options =>
        {
            options.AuthMethod = VaultAuthMethod.AppRole;
            options.Token = null;
            options.RoleId = ids.RoleId;
            options.SecretId = SecretValue.FromText(ids.SecretId);
            configure?.Invoke(options);
        });

    /// <summary>An operator's call with the root token.</summary>
    public async Task<JsonNode?> AdminAsync(
        string method,
        string path,
        object? body = null,
        string? ns = null,
        (string Name, string Value)? header = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Server.Url, $"/v1/{path}"));
        request.Headers.Add("X-Vault-Token", Server.RootToken);
        request.Headers.Add("X-Vault-Request", "true");
        if (ns is not null)
            request.Headers.Add("X-Vault-Namespace", ns);
        if (header is { } extra)
            request.Headers.Add(extra.Name, extra.Value);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await s_http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public Task PutAsync(string path, object data, string mount = "secret") =>
        AdminAsync("POST", $"{mount}/data/{path}", new { data });

    public Task PolicyAsync(string name, string hcl) => AdminAsync("PUT", $"sys/policies/acl/{name}", new { policy = hcl });

    /// <summary>Makes an AppRole with a policy of one line, and gives its ids.</summary>
    public async Task<(string RoleId, string SecretId)> AppRoleAsync(string name, string policyHcl, object? role = null)
    {
        if ((await AdminAsync("GET", "sys/auth"))!["data"]?["approle/"] is null)
            await AdminAsync("POST", "sys/auth/approle", new { type = "approle" });
        await PolicyAsync(name, policyHcl);
        var settings = JsonSerializer.SerializeToNode(role ?? new { token_ttl = "1h", token_max_ttl = "24h" })!.AsObject();
        settings["token_policies"] = name;
        await AdminAsync("POST", $"auth/approle/role/{name}", settings);
        var roleId = (await AdminAsync("GET", $"auth/approle/role/{name}/role-id"))!["data"]!["role_id"]!.GetValue<string>();
        return (roleId, await SecretIdAsync(name));
    }

    public async Task<string> SecretIdAsync(string name) =>
        (await AdminAsync("POST", $"auth/approle/role/{name}/secret-id", new { }))!["data"]!["secret_id"]!.GetValue<string>();

    /// <summary>A token of an operator's making with one policy.</summary>
    public async Task<string> TokenAsync(string policyHcl, string ttl = "1h", bool renewable = true)
    {
        var name = "p" + Fresh().ToLowerInvariant();
        await PolicyAsync(name, policyHcl);
        return (
            await AdminAsync(
                "POST",
                "auth/token/create",
                new
                {
                    policies = new[] { name },
                    ttl,
                    renewable,
                }
            )
        )!["auth"]!["client_token"]!.GetValue<string>();
    }

    /// <summary>Lets time pass, and waits for what that began in each backend.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        foreach (var backend in _backends)
            await backend.Session.TokenRenewal.Work.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        Server.Faults.Clear();
        foreach (var backend in _backends)
            await backend.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Short forms of what tests ask a backend.</summary>
internal static class BackendCalls
{
    public static SecretLocation LocationOf(string at, string? name = null) =>
        new(SecretName.Parse(name ?? at), SecretName.Parse(at));

    public static async Task<SecretReadResult> AskAsync(
        this ISecretBackend backend,
        string at,
        string? version = null,
        SecretStage stage = SecretStage.Current
    )
    {
        var request = new SecretRequest("bundle", [LocationOf(at)], ReadPurpose.Get)
        {
            Version = version is null ? null : new SecretVersion(version),
            Stage = stage,
        };
        return Assert.Single(
            await backend.ReadAsync([request], CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30))
        );
    }

    public static async Task<string> TextAsync(
        this ISecretBackend backend,
        string at,
        string? version = null,
        SecretStage stage = SecretStage.Current
    )
    {
        var answer = await backend.AskAsync(at, version, stage);
        Assert.True(answer.Succeeded, answer.Error?.Message);
        return Assert.Single(answer.Values).Reveal();
    }

    public static async Task<SecretException> ErrorAsync(this ISecretBackend backend, string at, string? version = null)
    {
        var answer = await backend.AskAsync(at, version);
        Assert.False(answer.Succeeded);
        return answer.Error;
    }

    public static async Task<SecretWriteResult> SetAsync(
        this ISecretBackend backend,
        string at,
        string text,
        SetCondition condition = default,
        SecretStage stage = SecretStage.Current
    )
    {
        using var value = SecretValue.FromText(text);
        return await backend.WriteAsync(new SecretWrite(LocationOf(at), value, condition, stage), CancellationToken.None);
    }

    public static async Task<List<SecretName>> NamesAsync(this ISecretBackend backend, string? prefix = null)
    {
        var names = new List<SecretName>();
        await foreach (var name in backend.ListAsync(prefix, CancellationToken.None))
            names.Add(name);
        return names;
    }
}
