using System.Text;
using System.Text.Json.Nodes;
using Strongroom;
using Strongroom.Env;
using Strongroom.Testing;
using Strongroom.Unix;
using Strongroom.Vault.Policies;

namespace PaperRun.Secrets;

/// <summary>
/// The <c>vault</c> backend: a mount, an AppRole and a policy for each service, made for this run and taken away after it. The
/// server is that of <c>VAULT_ADDR</c> and <c>VAULT_TOKEN</c>, where both are set, else one in this process.
/// </summary>
internal sealed class VaultSecretSource : ISecretSource
{
    private readonly string _run = $"paper-run-{TimeProvider.System.GetUtcNow():yyyyMMddHHmmss}-{Environment.ProcessId}";
    private readonly List<string> _policies = [];
    private readonly Dictionary<string, JsonObject> _written = new(StringComparer.Ordinal);
    private readonly FileInfo _dotenv;
    private readonly Uri _address;
    private readonly VaultAdmin _admin;
    private bool _mounted,
        _enabled;

    private VaultSecretSource(VaultServer? own, Uri address, string token, FileInfo dotenv) =>
        (Server, _address, _admin, _dotenv) = (own, address, new VaultAdmin(address, token), dotenv);

    /// <summary>The server in this process, where it is one.</summary>
    internal VaultServer? Server { get; }

    public string Description =>
        $"Vault at {_address.GetLeftPart(UriPartial.Authority)}{(Server is null ? "" : " (in this process)")}, mount {_run}";

    internal static async Task<VaultSecretSource> StartAsync(FileInfo dotenv, CancellationToken ct)
    {
        var (address, token) = (
            Environment.GetEnvironmentVariable("VAULT_ADDR"),
            Environment.GetEnvironmentVariable("VAULT_TOKEN")
        );
        if (string.IsNullOrEmpty(address) != string.IsNullOrEmpty(token))
            throw new PaperRunException(
                "VAULT_ADDR and VAULT_TOKEN go together: set both to use that server, or neither to use one in this process."
            );
        var own = string.IsNullOrEmpty(address) ? await VaultServer.StartAsync(cancellationToken: ct) : null;
        var source =
            own is not null ? new VaultSecretSource(own, own.Url, own.RootToken, dotenv)
            : Uri.TryCreate(address, UriKind.Absolute, out var url) ? new VaultSecretSource(null, url, token!, dotenv)
            : throw new PaperRunException("VAULT_ADDR is not a URL.");
        try
        {
            await source.MountAsync(ct);
            return source;
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyDictionary<string, string?>> OpenForAsync(
        SecretDeclaration declaration,
        string folder,
        CancellationToken ct
    )
    {
        await WriteSecretsAsync(declaration, ct);
        var role = $"{_run}-{declaration.Service}";
        await _admin.PutAsync(
            $"sys/policies/acl/{role}",
            new JsonObject { ["policy"] = VaultPolicy.For(declaration, "", _run) },
            ct
        );
        _policies.Add(role);
        await _admin.PostAsync(
            $"auth/{_run}/role/{declaration.Service}",
            new JsonObject
            {
                ["token_policies"] = role,
                ["token_ttl"] = "20m",
                ["token_max_ttl"] = "4h",
            },
            ct
        );
        var roleId = await _admin.GetDataAsync($"auth/{_run}/role/{declaration.Service}/role-id", ct);
        var secretId = await _admin.PostForDataAsync($"auth/{_run}/role/{declaration.Service}/secret-id", [], ct);
        var file = Path.Combine(folder, "secret-id");
        WritePrivate(file, secretId.GetProperty("secret_id").GetString()!);
        return new Dictionary<string, string?>
        {
            ["SECRET_BACKEND"] = "vault",
            ["VAULT_ADDR"] = _address.GetLeftPart(UriPartial.Authority),
            ["VAULT_KV_MOUNT"] = _run,
            ["VAULT_AUTH_METHOD"] = "approle",
            ["VAULT_AUTH_MOUNT"] = _run,
            ["VAULT_ROLE_ID"] = roleId.GetProperty("role_id").GetString(),
            ["VAULT_SECRET_ID_FILE"] = file,
        };
    }

    /// <summary>Leaves the server as it was found.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Server is null)
                await TakeAwayAsync();
        }
        catch (PaperRunException e)
        {
            OperatorConsole.Say($"{e.Message} What is left there is named {_run}.");
        }
        _admin.Dispose();
        if (Server is not null)
            await Server.DisposeAsync();
    }

    private async Task MountAsync(CancellationToken ct)
    {
        await _admin.PostAsync(
            $"sys/mounts/{_run}",
            new JsonObject
            {
                ["type"] = "kv",
                ["options"] = new JsonObject { ["version"] = "2" },
            },
            ct
        );
        _mounted = true;
        await _admin.PostAsync($"sys/auth/{_run}", new JsonObject { ["type"] = "approle" }, ct);
        _enabled = true;
    }

    private async Task TakeAwayAsync()
    {
        foreach (var policy in _policies)
            await _admin.DeleteAsync($"sys/policies/acl/{policy}", CancellationToken.None);
        if (_enabled)
            await _admin.DeleteAsync($"sys/auth/{_run}", CancellationToken.None);
        if (_mounted)
            await _admin.DeleteAsync($"sys/mounts/{_run}", CancellationToken.None);
    }

    /// <summary>Services share secrets: what another's declaration has written already is no new version.</summary>
    private async Task WriteSecretsAsync(SecretDeclaration declaration, CancellationToken ct)
    {
        using var all = await DevelopmentSecrets.LoadAsync(_dotenv, ct);
        foreach (var path in declaration.Secrets.GroupBy(secret => secret.StoredName.Path, StringComparer.Ordinal))
        {
            var fields = _written.GetValueOrDefault(path.Key) ?? [];
            var before = fields.Count;
            foreach (var secret in path.Where(secret => !fields.ContainsKey(secret.StoredName.Field ?? "value")))
            {
                using var value = all.ReadSecret(EnvVariable.NameOf(secret.Name, ""));
                if (value is not null)
                    fields[secret.StoredName.Field ?? "value"] = value.Reveal();
            }
            if (fields.Count == before)
                continue;
            await _admin.PostAsync($"{_run}/data/{path.Key}", new JsonObject { ["data"] = fields.DeepClone() }, ct);
            _written[path.Key] = fields;
        }
    }

    private static void WritePrivate(string path, string text) =>
        AtomicFile.Replace(path, Encoding.UTF8.GetBytes(text), UnixFile.OwnerOnly);
}
