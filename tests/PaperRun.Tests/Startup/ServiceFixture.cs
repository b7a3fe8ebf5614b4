using PaperRun.Tests.Support;

namespace PaperRun.Tests.Startup;

/// <summary>What one service needs to start alone, to be spoiled by a test.</summary>
internal sealed class ServiceFixture : IDisposable
{
    private readonly RunLocation _location = new();

    internal ServiceFixture(string service = "execution_gateway")
    {
        Service = service;
        Directory.CreateDirectory(_location.Run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _location.WriteDotenv();
        Settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_BACKEND"] = "env",
            ["SECRET_DOTENV_PATH"] = _location.Dotenv,
            ["STRONGROOM_JOURNAL_DIR"] = _location.Journals,
            ["DATABASE_PATH"] = _location.Database,
            ["ALPACA_BASE_URL"] = "http://127.0.0.1:1",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["MANAGEMENT_URL"] = "http://127.0.0.1:0",
        };
    }

    internal string Service { get; }

    internal Dictionary<string, string> Settings { get; }

    internal RunLocation Location => _location;

    /// <summary>Starts it and waits for its end: it must fail with one clear message on stderr, which is given.</summary>
    internal async Task<string> FailAsync(int exitCode)
    {
        await using var service = ProgramProcess.Start(
            Programs.OfService(Service),
            Path.GetDirectoryName(Programs.OfService(Service))!,
            Settings
        );
        var exit = await service.WaitForExitAsync(TimeSpan.FromMinutes(1));
        Assert.True(exit == exitCode, $"Exit code {exit}:\n{service.Errors}\n{service.Output}");
        foreach (var text in new[] { service.Errors, service.Output })
        {
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Unhandled", text, StringComparison.Ordinal);
            Assert.DoesNotContain("pineapple", text, StringComparison.Ordinal);
            if (File.Exists(_location.Dotenv))
                Assert.All(File.ReadLines(_location.Dotenv).Where(line => line.Contains('=', StringComparison.Ordinal)), line =>
                    Assert.DoesNotContain(line.Split('=', 2)[1], text, StringComparison.Ordinal)
                );
        }
        return service.Errors;
    }

    public void Dispose() => _location.Dispose();
}
