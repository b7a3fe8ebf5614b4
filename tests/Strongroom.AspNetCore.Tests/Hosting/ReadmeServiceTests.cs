using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Hosting;

/// <summary>
/// What a newcomer sees of a start that fails, and of <c>--check</c>: a real process, with nothing around <c>app.Run()</c>.
/// </summary>
public sealed class ReadmeServiceTests : IDisposable
{
    private readonly ReadmeService _service = new();

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("SECRET_DOTENV_PATH", "/nonexistent/.env", 3, "weather/api_key")]
    [InlineData("SECRET_CACHE_TTL", "2h", 2, "SECRET_CACHE_TTL")]
    [InlineData("DEPLOYMENT_ENV", "pineapple", 2, "DEPLOYMENT_ENV")]
    [InlineData("SECRET_DECLARATION", "/nonexistent/secrets.json", 2, "SECRET_DECLARATION")]
    [InlineData("DATABASE_HOST", "not a host", 2, "DATABASE_HOST")]
    public async Task Run_of_a_start_that_fails_prints_one_message_and_exits_with_its_code(
        string setting,
        string value,
        int exit,
        string named
    )
    {
        _service.Settings[setting] = value;
        AssertOneMessage(await _service.RunAsync(), exit, named);
    }

    [Fact]
    public async Task Run_with_the_port_in_use_names_it_and_exits_with_1() =>
        AssertOneMessage(await _service.RunAsync(), 1, $"Port {_service.HeldPort} is in use");

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    [InlineData("-TERM", "--check")]
    [InlineData("-INT", "--check")]
    public async Task Signal_during_a_start_ends_it_quietly_and_is_no_success_of_a_check(string signal, params string[] arguments)
    {
        // A database that accepts connections and says nothing.
        using var database = new TcpListener(IPAddress.Loopback, 0);
        database.Start();
        _service.Settings["DATABASE_HOST"] = "127.0.0.1";
        _service.Settings["DATABASE_PORT"] = $"{((IPEndPoint)database.LocalEndpoint).Port}";
        _service.Settings["DATABASE_NAME"] = "forecast";
        _service.Settings["DATABASE_USER"] = "forecast";
        _service.WriteDeclaration(
            """{ "service": "forecast", "secrets": [ { "name": "weather/api_key" }, { "name": "database/password" } ] }"""
        );
        _service.WriteDotenv($"WEATHER_API_KEY={_service.Value}\nDATABASE_PASSWORD={_service.Value}\n");

        var (exit, output, error) = await _service.RunAsync(
            async process =>
            {
                using var connection = await database.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            },
            arguments
        );

        Assert.Equal(arguments.Length > 0 ? (1, "The check was interrupted and has no result.\n") : (0, ""), (exit, error));
        Assert.DoesNotContain("can start", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_a_start_that_would_succeed_says_so_opens_no_port_and_exits_with_0()
    {
        var (exit, output, error) = await _service.RunAsync("--check");
        Assert.Equal("", error);
        Assert.Equal(0, exit);
        Assert.Contains("forecast can start", output, StringComparison.Ordinal);
        Assert.DoesNotContain(_service.Value, output, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Directory.GetFiles(_service.Path("state/strongroom/journal"), "*.journal"));
    }

    [Fact]
    public async Task Check_tells_every_fault_at_once()
    {
        _service.Settings["SECRET_CACHE_TTL"] = "2h";
        _service.Settings["STRONGROOM_OPERATOR"] = new string('x', 200);
        _service.WriteDeclaration("""{ "service": "Bad-Id", "secrets": [] }""");
        var run = await _service.RunAsync("--check");
        AssertOneMessage(run, 2, "SECRET_CACHE_TTL");
        Assert.Contains("STRONGROOM_OPERATOR", run.Error, StringComparison.Ordinal);
        Assert.Contains("snake_case", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("1234567", "fewer than 8")]
    public async Task Check_refuses_the_values_that_a_start_refuses(string value, string what)
    {
        _service.Settings["DEPLOYMENT_ENV"] = "test";
        _service.WriteDotenv($"WEATHER_API_KEY={value}\n");
        var check = await _service.RunAsync("--check");
        AssertOneMessage(check, 3, what);
        Assert.Equal((await _service.RunAsync()).Exit, check.Exit);
    }

    [Fact]
    public async Task Check_that_is_not_the_last_argument_says_so() =>
        AssertOneMessage(await _service.RunAsync("--check", "--SECRET_CACHE_TTL=2h"), 2, "--check must be the last argument");

    [Fact]
    public void Program_is_the_one_that_README_shows()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Strongroom.slnx")))
            root = root.Parent!;
        Assert.Contains(
            File.ReadAllText(Path.Combine(root.FullName, "tests/Strongroom.ReadmeService/Program.cs")),
            File.ReadAllText(Path.Combine(root.FullName, "README.md")),
            StringComparison.Ordinal
        );
    }

    private static void AssertOneMessage((int Exit, string Out, string Error) run, int exit, string named)
    {
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Equal(exit, run.Exit);
        Assert.DoesNotContain("   at ", run.Error + run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", run.Error + run.Out, StringComparison.Ordinal);
    }
}
