using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Testing;
using Strongroom.Vault.Policies;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Documents;

/// <summary>
/// docs/vault.md is run as it is, in order, in one shell, against a Vault with TLS; then a service starts with what came of
/// it.
/// </summary>
public sealed partial class VaultGuideTests : IDisposable
{
    private const string Declaration = """
        { "service": "execution_gateway", "secrets": [
          { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca" },
          { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca" },
          { "name": "database/password" } ] }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_commands_run_and_a_service_starts_with_what_they_made()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        var (keyId, secretKey, password) = (VaultFixture.Fresh(), VaultFixture.Fresh(), VaultFixture.Fresh());
        var environment = new Dictionary<string, string>
        {
            ["VAULT_ADDR"] = server.Url.GetLeftPart(UriPartial.Authority),
            ["VAULT_TOKEN"] = server.RootToken,
            ["VAULT_CACERT"] = await FileAsync("ca.pem", _authority.Certificate.ExportCertificatePem()),
            ["AUDIT_LOG"] = _folder.File("audit.log"),
            ["ALPACA_PAIR"] = await FileAsync(
                "alpaca.json",
                JsonSerializer.Serialize(new { api_key_id = keyId, api_secret_key = secretKey })
            ),
            ["DATABASE_PASSWORD_FILE"] = await FileAsync("database.json", JsonSerializer.Serialize(new { value = password })),
            ["UNSEAL_KEY_FILE"] = await FileAsync("unseal", server.UnsealKey),
            ["SERVICE_ENV"] = _folder.File("service.env"),
        };

        var (code, output) = await RunAsync("set -euo pipefail\n" + string.Join('\n', Blocks("bash")), environment);

        Assert.True(code == 0, $"The guide's commands ended with {code}:\n{output}");
        string[] secrets = [keyId, secretKey, password, server.RootToken, server.UnsealKey];
        Assert.DoesNotContain(secrets, secret => output.Contains(secret, StringComparison.Ordinal));
        var audit = await File.ReadAllTextAsync(_folder.File("audit.log"));
        Assert.Contains("trading/data/alpaca/credentials", audit, StringComparison.Ordinal);
        Assert.Contains("hmac-sha256:", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(secrets, secret => audit.Contains(secret, StringComparison.Ordinal));
        await StartsAsync(environment["VAULT_CACERT"], (keyId, secretKey, password));
    }

    [Fact]
    public void The_policy_is_the_one_that_is_generated() =>
        Assert.Contains(VaultPolicy.For(SecretDeclaration.Parse(Declaration), "", "trading"), Guide(), StringComparison.Ordinal);

    private async Task StartsAsync(string authority, (string KeyId, string SecretKey, string Password) expected)
    {
        var set = (await File.ReadAllLinesAsync(_folder.File("service.env")))
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        var options = new VaultOptions
        {
            Addresses = [new Uri(set["VAULT_ADDR"])],
            CaCertificate = authority,
            KvMount = set["VAULT_KV_MOUNT"],
            AuthMethod = VaultAuthMethod.AppRole,
            Role = set["VAULT_ROLE"],
            RoleId = set["VAULT_ROLE_ID"],
            WrappedSecretId = SecretValue.FromText(set["VAULT_WRAPPED_SECRET_ID"]),
            Home = _folder.Path,
        };
        await using var backend = new VaultBackend(options, "", _folder.File("state"), TimeProvider.System, NullLogger.Instance);
        Assert.Equal(expected.KeyId, await backend.TextAsync("alpaca/credentials#api_key_id"));
        Assert.Equal(expected.SecretKey, await backend.TextAsync("alpaca/credentials#api_secret_key"));
        Assert.Equal(expected.Password, await backend.TextAsync("database/password"));
    }

    private static async Task<(int Code, string Output)> RunAsync(string script, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("bash", ["-s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var bash = Process.Start(start)!;
        // In braces, so that bash has all of it before a command of it could read from the same stdin.
        await bash.StandardInput.WriteAsync("{\n" + script + "\n} < /dev/null\n");
        bash.StandardInput.Close();
        var (output, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (bash.ExitCode, new StringBuilder().Append(await output).Append(await errors).ToString());
    }

    private static IEnumerable<string> Blocks(string language) =>
        Fence().Matches(Guide()).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);

    private static string Guide() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "vault.md"));

    private async Task<string> FileAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.File(name), text);
        return _folder.File(name);
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
