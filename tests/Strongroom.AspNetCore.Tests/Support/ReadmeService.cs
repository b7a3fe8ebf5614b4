using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>The service of README's first lines as a process of its own, in a folder of its own.</summary>
internal sealed class ReadmeService : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("strongroom-");
    private readonly TcpListener _holder = new(IPAddress.Loopback, 0);

    internal ReadmeService()
    {
        WriteDeclaration(
            """
            { "service": "forecast",
              "secrets": [ { "name": "weather/api_key", "sendTo": ["https://api.weather.example"] } ] }
            """
        );
        WriteDotenv($"WEATHER_API_KEY={Value}\n");
        _holder.Start();
        Settings = new()
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_DECLARATION"] = Path("secrets.json"),
            ["SECRET_DOTENV_PATH"] = Path(".env"),
            ["XDG_STATE_HOME"] = Path("state"),
            ["HOME"] = _root.FullName,
            // Held by the test: a service that opens its port fails.
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{HeldPort}",
        };
    }

    internal Dictionary<string, string> Settings { get; }

    internal string Value { get; } = RandomNumberGenerator.GetHexString(40);

    internal int HeldPort => ((IPEndPoint)_holder.LocalEndpoint).Port;

    internal string Path(string name) => System.IO.Path.Combine(_root.FullName, name);

    internal void WriteDeclaration(string json) => File.WriteAllText(Path("secrets.json"), json);

    internal void WriteDotenv(string text)
    {
        File.WriteAllText(Path(".env"), text);
        File.SetUnixFileMode(Path(".env"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    internal Task<(int Exit, string Out, string Error)> RunAsync(params string[] arguments) =>
        RunAsync(_ => Task.CompletedTask, arguments);

    /// <summary>Runs it, and does something to the process meanwhile.</summary>
    internal async Task<(int Exit, string Out, string Error)> RunAsync(Func<Process, Task> meanwhile, params string[] arguments)
    {
        var program = System.IO.Path.Combine(AppContext.BaseDirectory, "Strongroom.ReadmeService.dll");
        var start = new ProcessStartInfo(
            System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"),
            [program, .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _root.FullName,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await meanwhile(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        _holder.Dispose();
        _root.Delete(recursive: true);
    }
}
