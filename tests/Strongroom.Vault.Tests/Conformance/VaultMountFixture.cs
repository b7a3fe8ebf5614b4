using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Backends;
using Strongroom.Conformance;
using Strongroom.Peers;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Conformance;

/// <summary>
/// A mount and a token of its own in a Vault that is running, both taken away at the end. It is denied by its token's policy. A
/// server of our own is stopped to cut it off; one that others use feels nothing of it: there the backend is given a closed
/// address.
/// </summary>
internal sealed class VaultMountFixture : BackendFixture
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<VaultBackend> _backends = [];
    private readonly string _mount = "conformance-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private readonly HttpClient _http;
    private readonly VaultServer? _own;
    private readonly Uri _server;
    private readonly string? _authority;
    private VaultBackend? _away;
    private string? _token;

    private VaultMountFixture(Uri server, string token, VaultServer? own, string? authority = null)
    {
        _server = server;
        _own = own;
        _authority = authority;
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (authority is not null)
            handler.SslOptions.CertificateChainPolicy = Trusting(authority);
        _http = new HttpClient(handler);
        RootToken = token;
    }

    public override ISecretBackend Backend => _away ?? _backends[0];

    private string RootToken { get; }

    /// <summary>On the server that VAULT_ADDR and VAULT_TOKEN name, else on one of our own.</summary>
    internal static async Task<BackendFixture> OpenAsync()
    {
        if (
            Environment.GetEnvironmentVariable("VAULT_ADDR") is { Length: > 0 } address
            && Environment.GetEnvironmentVariable("VAULT_TOKEN") is { Length: > 0 } token
        )
            return await FurnishAsync(
                new VaultMountFixture(new Uri(address), token, own: null, Environment.GetEnvironmentVariable("VAULT_CACERT"))
            );
        return await OpenOwnAsync(VaultRelease.Current);
    }

    internal static async Task<BackendFixture> OpenOwnAsync(VaultRelease release)
    {
        var server = await VaultServer.StartAsync(new VaultServerOptions { Release = release });
        return await FurnishAsync(new VaultMountFixture(server.Url, server.RootToken, server));
    }

    public override ISecretBackend OpenAnother() => Open(_server);

    public override async Task CutAsync()
    {
        if (_own is null)
            _away = Open(new UriBuilder(_server) { Host = "127.0.0.1", Port = FreePorts.Take() }.Uri);
        else
            await _own.StopListeningAsync();
    }

    public override async Task MendAsync()
    {
        _away = null;
        if (_own is not null)
            await _own.ListenAgainAsync();
    }

    public override Task DenyAsync(SecretLocation location) =>
        AllowAsync($$"""path "{{_mount}}/data/{{location.StoredName.Path}}" { capabilities = ["deny"] }""");

    public override async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends)
            await backend.DisposeAsync();
        if (_token is not null)
            await AdminAsync("POST", "auth/token/revoke", new { token = _token });
        await AdminAsync("DELETE", $"sys/policies/acl/{_mount}");
        await AdminAsync("DELETE", $"sys/mounts/{_mount}");
        _http.Dispose();
        if (_own is not null)
            await _own.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<BackendFixture> FurnishAsync(VaultMountFixture fixture)
    {
        await fixture.AdminAsync("POST", $"sys/mounts/{fixture._mount}", new { type = "kv", options = new { version = "2" } });
        await fixture.UpgradedAsync();
        await fixture.AllowAsync("");
        var made = await fixture.AdminAsync(
            "POST",
            "auth/token/create",
            new { policies = new[] { fixture._mount }, ttl = "10m" }
        );
        fixture._token = made!["auth"]!["client_token"]!.GetValue<string>();
        fixture.Open(fixture._server);
        return fixture;
    }

    private VaultBackend Open(Uri address)
    {
        var options = new VaultOptions
        {
            Addresses = [address],
            Token = SecretValue.FromText(_token!),
            KvMount = _mount,
            Home = _folder.Path,
            CaCertificate = _authority,
        };
        var backend = new VaultBackend(
            options,
            "",
            _folder.File("state" + _backends.Count.ToString(CultureInfo.InvariantCulture)),
            TimeProvider.System,
            NullLogger.Instance
        );
        _backends.Add(backend);
        return backend;
    }

    private Task AllowAsync(string more) =>
        AdminAsync(
            "PUT",
            $"sys/policies/acl/{_mount}",
            new
            {
                policy = $$"""path "{{_mount}}/*" { capabilities = ["create", "read", "update", "delete", "list"] }"""
                    + "\n"
                    + more,
            }
        );

    /// <summary>A new version 2 mount refuses everything for a moment.</summary>
    private async Task UpgradedAsync()
    {
        for (var i = 0; i < 1200; i++)
        {
            using var answer = await SendAsync("GET", $"{_mount}/config", null);
            if (answer.IsSuccessStatusCode)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        Assert.Fail("The mount did not become ready.");
    }

    private async Task<JsonNode?> AdminAsync(string method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode}");
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, object? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_server, $"/v1/{path}"));
        request.Headers.Add("X-Vault-Token", RootToken);
        request.Headers.Add("X-Vault-Request", "true");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await _http.SendAsync(request);
    }

    private static X509ChainPolicy Trusting(string authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(authority);
        return policy;
    }
}
