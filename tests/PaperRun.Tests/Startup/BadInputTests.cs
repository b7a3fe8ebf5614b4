using System.Net;
using System.Net.Sockets;
using PaperRun.Tests.Support;

namespace PaperRun.Tests.Startup;

/// <summary>
/// A service alone, given something wrong: one clear message that names it, no value, no stack trace; exit 2 for settings, 3 for
/// secrets, 1 for the rest.
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private readonly ServiceFixture _fixture = new();

    [Theory]
    [InlineData("SECRET_BACKEND", "pineapple")]
    [InlineData("DEPLOYMENT_ENV", "pineapple")]
    [InlineData("LOG_LEVEL", "pineapple")]
    [InlineData("DRY_RUN", "pineapple")]
    [InlineData("SECRET_CACHE_TTL", "2h")]
    [InlineData("ORDER_ATTEMPTS", "pineapple")]
    [InlineData("DATABASE_PORT", "pineapple")]
    // A password belongs into the secrets manager, in every environment.
    [InlineData("REDIS_URL", "redis://user:pineapple@127.0.0.1:6379/0")]
    [InlineData("REDIS_URL", "redis://redis.example.com:6379/0")]
    // Plain http off loopback, user-info, the metadata service, a host that no declaration names, the live broker, a path.
    [InlineData("ALPACA_BASE_URL", "http://paper-api.alpaca.markets")]
    [InlineData("ALPACA_BASE_URL", "https://user:pineapple@paper-api.alpaca.markets")]
    [InlineData("ALPACA_BASE_URL", "http://169.254.169.254")]
    [InlineData("ALPACA_BASE_URL", "https://[fe80::1]")]
    [InlineData("ALPACA_BASE_URL", "https://paper-api.alpaca.markets.example.com")]
    [InlineData("ALPACA_BASE_URL", "https://api.alpaca.markets")]
    [InlineData("ALPACA_BASE_URL", "https://paper-api.alpaca.markets/v2?key=pineapple")]
    [InlineData("ALPACA_BASE_URL", "")]
    public async Task Wrong_setting_is_named(string setting, string value)
    {
        _fixture.Settings[setting] = value;
        if (setting == "DATABASE_PORT")
            (_fixture.Settings["DATABASE_HOST"], _fixture.Settings["DATABASE_NAME"], _fixture.Settings["DATABASE_USER"]) = (
                "127.0.0.1",
                "postgres",
                "strongroom"
            );

        Assert.Contains(setting, await _fixture.FailAsync(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_wrong_settings_are_named_at_once()
    {
        string[] wrong = ["SECRET_CACHE_REFRESH", "LOG_LEVEL", "MANAGEMENT_REMOTE", "DRAIN_DELAY"];
        foreach (var setting in wrong)
            _fixture.Settings[setting] = "pineapple";

        var errors = await _fixture.FailAsync(2);
        Assert.All(wrong, setting => Assert.Contains(setting, errors, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("production")]
    [InlineData("staging")]
    public async Task Env_backend_is_refused_outside_local_and_test(string environment)
    {
        _fixture.Settings["DEPLOYMENT_ENV"] = environment;
        _fixture.Settings["TRADING_ON_BUDGET_END"] = "cancel";
        _fixture.Settings["ALPACA_BASE_URL"] = "https://paper-api.alpaca.markets";

        var errors = await _fixture.FailAsync(3);
        Assert.Contains($"The env backend is refused in {environment}", errors, StringComparison.Ordinal);
        Assert.Contains("SECRET_BACKEND", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_that_is_not_named_is_production()
    {
        _fixture.Settings.Remove("DEPLOYMENT_ENV");
        _fixture.Settings["TRADING_ON_BUDGET_END"] = "cancel";
        _fixture.Settings["ALPACA_BASE_URL"] = "https://paper-api.alpaca.markets";

        Assert.Contains("The env backend is refused in production", await _fixture.FailAsync(3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environments_that_disagree_are_refused()
    {
        _fixture.Settings["ASPNETCORE_ENVIRONMENT"] = "Production";

        var errors = await _fixture.FailAsync(2);
        Assert.Contains("DEPLOYMENT_ENV", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_missing_secret_is_named_in_one_message()
    {
        _fixture.Location.WriteDotenv(
            ("ALPACA_API_SECRET_KEY", null),
            ("DATABASE_PASSWORD", null),
            ("CALLS_ORCHESTRATOR_EXECUTION_GATEWAY", null),
            ("CALLS_RISK_MANAGER_EXECUTION_GATEWAY", null)
        );

        var errors = await _fixture.FailAsync(3);
        Assert.All(
            ["alpaca", "database/password", "calls/orchestrator/execution_gateway", "calls/risk_manager/execution_gateway"],
            name => Assert.Contains(name, errors, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS")]
    [InlineData("MANAGEMENT_URL")]
    public async Task Port_in_use_is_named_with_the_settings_that_choose_another(string setting)
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        _fixture.Settings[setting] = $"http://127.0.0.1:{port}";

        var errors = await _fixture.FailAsync(1);
        Assert.StartsWith($"Port {port} is in use", errors, StringComparison.Ordinal);
        Assert.Contains(setting, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Env_file_behind_a_symbolic_link_is_refused()
    {
        var real = _fixture.Location.Dotenv + ".real";
        File.Move(_fixture.Location.Dotenv, real);
        File.CreateSymbolicLink(_fixture.Location.Dotenv, real);

        Assert.Contains("symbolic link", await _fixture.FailAsync(3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Env_file_that_is_missing_is_named()
    {
        File.Delete(_fixture.Location.Dotenv);

        Assert.Contains(_fixture.Location.Dotenv, await _fixture.FailAsync(3), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "service": "execution_gateway", "secrets": [ { "name": "pineapple" """)]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Malformed_declaration_is_named(string json)
    {
        var path = Path.Combine(_fixture.Location.Root, "secrets.json");
        RunLocation.WritePrivate(path, json);
        _fixture.Settings["SECRET_DECLARATION"] = path;

        Assert.Contains(path, await _fixture.FailAsync(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_folder_that_others_can_read_is_refused_with_the_way_out()
    {
        Directory.CreateDirectory(
            _fixture.Location.Journals,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        File.SetUnixFileMode(
            _fixture.Location.Journals,
            File.GetUnixFileMode(_fixture.Location.Journals) | UnixFileMode.GroupRead
        );

        var errors = await _fixture.FailAsync(2);
        Assert.Contains("STRONGROOM_JOURNAL_DIR", errors, StringComparison.Ordinal);
        Assert.Contains("chmod 700", errors, StringComparison.Ordinal);
    }

    [Theory]
    // A file in its place, and a file system on which not even root can make a folder.
    [InlineData(null)]
    [InlineData("/proc/journals")]
    public async Task Journal_folder_that_cannot_be_written_is_named(string? path)
    {
        if (path is null)
            File.WriteAllText(_fixture.Location.Journals, "");
        _fixture.Settings["STRONGROOM_JOURNAL_DIR"] = path ?? _fixture.Location.Journals;

        Assert.Contains("STRONGROOM_JOURNAL_DIR", await _fixture.FailAsync(2), StringComparison.Ordinal);
    }

    public void Dispose() => _fixture.Dispose();
}
