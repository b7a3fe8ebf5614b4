using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Strongroom;

namespace Trading.Tests.Platform;

/// <summary>Each service's <c>--check</c>, as a process of its own.</summary>
public sealed class StartCheckTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("strongroom-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("MarketDataService")]
    [InlineData("SignalService")]
    [InlineData("RiskManager")]
    [InlineData("ExecutionGateway")]
    [InlineData("Orchestrator")]
    public async Task Check_says_that_a_service_can_start_and_what_is_wrong_where_it_cannot(string service)
    {
        var settings = Settings(service, out var first);
        var (exit, output, error) = await CheckAsync(service, settings);
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("can start", output, StringComparison.Ordinal);

        // The platform's own faults and the library's in one message.
        settings["LOG_LEVEL"] = "pineapple";
        settings["SECRET_CACHE_TTL"] = "2h";
        settings["MANAGEMENT_URL"] = "http://192.0.2.1:9000";
        (exit, _, error) = await CheckAsync(service, settings);
        Assert.Equal(2, exit);
        Assert.All(["LOG_LEVEL", "SECRET_CACHE_TTL", "MANAGEMENT_URL"], name =>
            Assert.Contains(name, error, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("pineapple", error, StringComparison.Ordinal);

        settings = Settings(service, out _);
        File.WriteAllLines(
            settings["SECRET_DOTENV_PATH"],
            File.ReadAllLines(settings["SECRET_DOTENV_PATH"])
                .Where(line => !line.StartsWith(first + "=", StringComparison.Ordinal))
        );
        (exit, _, error) = await CheckAsync(service, settings);
        Assert.Equal(3, exit);
        Assert.Contains(first, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MarketDataService", true)]
    [InlineData("SignalService", false)]
    [InlineData("RiskManager", false)]
    [InlineData("ExecutionGateway", false)]
    [InlineData("Orchestrator", false)]
    public async Task Signal_during_a_start_ends_it_quietly_and_is_no_success_of_a_check(string service, bool checks)
    {
        // A Vault that accepts connections and says nothing.
        using var vault = new TcpListener(IPAddress.Loopback, 0);
        vault.Start();
        var settings = Settings(service, out _);
        settings["SECRET_BACKEND"] = "vault";
        settings["VAULT_ADDR"] = $"http://{vault.LocalEndpoint}";
        settings["VAULT_TOKEN"] = RandomNumberGenerator.GetHexString(24);

        var (exit, output, error) = await RunAsync(service, settings, checks, async process =>
        {
            using var connection = await vault.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        });

        Assert.Equal(checks ? (1, "The check was interrupted and has no result.\n") : (0, ""), (exit, error));
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Settings(string service, out string firstVariable)
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(repository.FullName, "Strongroom.slnx")))
            repository = repository.Parent!;
        var path = Path.Combine(repository.FullName, "trading", service, "secrets.json");
        var variables = SecretDeclaration
            .Load(path)
            .Secrets.Where(secret => secret.Required)
            .Select(secret => secret.Name.ToString().ToUpperInvariant().Replace('/', '_'))
            .ToList();
        firstVariable = variables[0];
        var dotenv = Path.Combine(_root.FullName, ".env");
        File.WriteAllLines(dotenv, variables.Select(variable => $"{variable}={RandomNumberGenerator.GetHexString(40)}"));
        File.SetUnixFileMode(dotenv, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new()
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_DECLARATION"] = path,
            ["SECRET_DOTENV_PATH"] = dotenv,
            ["XDG_STATE_HOME"] = Path.Combine(_root.FullName, "state"),
            ["HOME"] = _root.FullName,
            ["ALPACA_BASE_URL"] = "http://127.0.0.1:9",
        };
    }

    private Task<(int Exit, string Out, string Error)> CheckAsync(string service, Dictionary<string, string> settings) =>
        RunAsync(service, settings, checks: true, _ => Task.CompletedTask);

    private async Task<(int Exit, string Out, string Error)> RunAsync(
        string service,
        Dictionary<string, string> settings,
        bool checks,
        Func<Process, Task> meanwhile
    )
    {
        var program = Path.Combine(AppContext.BaseDirectory, service + ".dll");
        var start = new ProcessStartInfo(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"),
            checks ? [program, StartCheckArgument.Name] : [program]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _root.FullName,
        };
        start.Environment.Clear();
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await meanwhile(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
