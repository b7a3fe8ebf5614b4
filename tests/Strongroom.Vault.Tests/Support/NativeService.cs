using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using Strongroom.Peers;
using Strongroom.Vault.Policies;

namespace Strongroom.Vault.Tests.Support;

/// <summary>
/// The service of getting-started's native chapter on a Vault and a database of its own: published ahead of time where
/// TEST_PROGRAMS names the folder, else as it was built.
/// </summary>
internal sealed partial class NativeService : IAsyncDisposable
{
    private const int Terminate = 15;

    // Not how long it should take but when a hanging one is given up.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly StringBuilder _said = new();
    private readonly int _port = FreePorts.Take();
    private readonly int _management = FreePorts.Take();
    private readonly VaultFixture _vault;
    private readonly Dictionary<string, string> _settings;
    private Process? _process;
    private int _starts;

    private NativeService(VaultFixture vault, Dictionary<string, string> settings) => (_vault, _settings) = (vault, settings);

    internal static string? Published { get; } =
        Environment.GetEnvironmentVariable("TEST_PROGRAMS") is { Length: > 0 } programs
            ? Path.Combine(programs, "Strongroom.NativeService", "release")
            : null;

    internal VaultFixture Vault => _vault;

    internal string Key { get; } = VaultFixture.Fresh();

    /// <summary>Everything that all its processes wrote.</summary>
    internal string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Makes its role and secrets in a Vault; starts nothing.</summary>
    internal static async Task<NativeService> MakeAsync(PostgresServer postgres, string database)
    {
        var vault = await VaultFixture.StartAsync();
        var declaration = SecretDeclaration.Load(Path.Combine(Folder, "secrets.json"));
        var (roleId, secretId) = await vault.AppRoleAsync("forecast", VaultPolicy.For(declaration, "", "secret"));
        var file = Path.Combine(vault.Folder, "secret-id");
        await File.WriteAllTextAsync(file, secretId);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var service = new NativeService(
            vault,
            new()
            {
                ["DEPLOYMENT_ENV"] = "test",
                ["SECRET_BACKEND"] = "vault",
                ["VAULT_ADDR"] = vault.Server.Url.GetLeftPart(UriPartial.Authority),
                ["VAULT_AUTH_METHOD"] = "approle",
                ["VAULT_ROLE_ID"] = roleId,
                ["VAULT_SECRET_ID_FILE"] = file,
                ["DATABASE_HOST"] = postgres.Host,
                ["DATABASE_PORT"] = postgres.Port.ToString(CultureInfo.InvariantCulture),
                ["DATABASE_NAME"] = database,
                ["DATABASE_USER"] = postgres.User,
                ["HOME"] = vault.Folder,
                ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
            }
        );
        await vault.PutAsync("weather/key", new { value = service.Key });
        await vault.PutAsync("database/password", new { value = postgres.Password });
        return service;
    }

    /// <summary>Starts a process, with a journal of its own: what an earlier one knew is in the database alone.</summary>
    internal void Start()
    {
        var start = new ProcessStartInfo(Path.Combine(Folder, "Strongroom.NativeService"))
        {
            WorkingDirectory = _vault.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in _settings)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_port}";
        start.Environment["MANAGEMENT_URL"] = $"http://127.0.0.1:{_management}";
        start.Environment["XDG_STATE_HOME"] = Path.Combine(_vault.Folder, $"state-{_starts++}");
        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Hear;
        _process.ErrorDataReceived += Hear;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    internal async Task StartUntilReadyAsync()
    {
        Start();
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            try
            {
                using var answer = await AskAsync(HttpMethod.Get, "/health/live");
                return;
            }
            catch (HttpRequestException)
            {
                Assert.False(_process!.HasExited, $"The service ended:\n{Said}");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
    }

    internal Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, object? body = null, bool isManagement = false)
    {
        var address = new Uri($"http://127.0.0.1:{(isManagement ? _management : _port)}{path}");
        var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        return _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to end, and gives its exit code.</summary>
    internal async Task<int> StopAsync()
    {
        _ = Kill(_process!.Id, Terminate);
        return await EndAsync();
    }

    /// <summary>Waits until it has ended, and gives its exit code.</summary>
    internal async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        await _process!.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            _process.Kill();
        _process?.Dispose();
        _http.Dispose();
        await _vault.DisposeAsync();
    }

    private static string Folder { get; } =
        Published
        ?? Path.GetFullPath(
            Path.Combine(
                AppContext.BaseDirectory,
                "../../Strongroom.NativeService",
                Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))
            )
        );

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
