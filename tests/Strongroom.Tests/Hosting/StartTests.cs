using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Redaction;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Hosting;

/// <summary>Promise 6, and the bad input that a start must refuse in one clear error.</summary>
public sealed class StartTests : IDisposable
{
    private readonly HostFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Start_serves_secrets_and_ships_every_access_at_the_end()
    {
        var host = await _fixture.StartAsync();
        var secrets = host.Services.GetRequiredService<ISecretManager>();
        for (var i = 0; i < 5; i++)
            Assert.Equal(_fixture.KeyId, (await secrets.GetAsync(Fixture.KeyId)).Value.Reveal());
        Assert.Equal(CredentialPermission.All, host.Services.GetRequiredService<ICredentialBreaker>().Permission);
        Assert.Equal("test_service", host.Services.GetRequiredService<StrongroomInfo>().Service);
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);

        Assert.Equal(
            5,
            _fixture
                .Store.Rows.Where(row => row is { Operation: AccessOperation.Get, Name: "alpaca/api_key_id" })
                .Sum(row => row.AccessCount)
        );
        Assert.Equal(AccessOperation.Close, _fixture.Store.Rows[^1].Operation);
        Assert.Empty(Directory.GetFiles(Path.Combine(_fixture.Folder, "journal"), "*.journal"));
    }

    [Fact]
    public async Task Start_with_thousands_of_secrets_gets_each_and_makes_the_table_of_known_values_a_few_times_only()
    {
        var values = Enumerable.Range(0, 5_000).ToDictionary(i => $"many/n{i}", _ => HostFixture.Fresh());
        var secrets = string.Join(",", values.Keys.Select(name => $$"""{ "name": "{{name}}" }"""));
        _fixture.WriteDeclaration($$"""{ "service": "test_service", "secrets": [{{secrets}}] }""");
        _fixture.WriteDotenv(string.Concat(values.Select((pair, i) => $"MANY_N{i}={pair.Value}\n")));

        var host = await _fixture.StartAsync();
        var manager = host.Services.GetRequiredService<ISecretManager>();
        foreach (var (name, value) in values)
            Assert.True((await manager.GetAsync(SecretName.Parse(name))).Value.Reveal() == value, name);
        Assert.InRange(host.Services.GetRequiredService<KnownValues>().Rebuilds, 1, 10);
        await HostFixture.DisposeAsync(host);
    }

    [Fact]
    public async Task Host_hands_out_reports_and_versions_as_the_manager_itself()
    {
        var host = await _fixture.StartAsync();
        var secrets = host.Services.GetRequiredService<ISecretManager>();
        Assert.Same(secrets, host.Services.GetRequiredService<ICredentialReports>());
        Assert.Same(secrets, host.Services.GetRequiredService<ISecretVersions>());
        await HostFixture.DisposeAsync(host);
    }

    [Fact]
    public async Task Start_without_secrets_names_every_one_at_once_and_is_audited()
    {
        _fixture.WriteDotenv("ALPACA_API_KEY_ID=" + HostFixture.Fresh());
        var failure = await Assert.ThrowsAsync<SecretStartupException>(_fixture.StartAsync);
        Assert.Equal(2, failure.Causes.Count);
        Assert.Contains("ALPACA_API_SECRET_KEY", failure.Message, StringComparison.Ordinal);
        Assert.Contains("DATABASE_PASSWORD", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_fixture.Store.Rows, row => row is { Outcome: AccessOutcome.NotFound });
    }

    [Fact]
    public async Task Start_with_a_backend_that_is_unreachable_waits_and_then_says_what_was_tried()
    {
        var time = new WatchedTime(DateTimeOffset.UnixEpoch);
        _fixture.Time = time;
        _fixture.Settings["SECRET_BACKEND"] = "throwing";
        _fixture.Settings["SECRET_STARTUP_WAIT"] = "2m";
        var backend = new ThrowingBackend();
        _fixture.Configure = (_, strongroom) => strongroom.AddBackend("throwing", _ => backend);

        var starting = _fixture.StartAsync();
        await Waiting.UntilAsync(
            () => starting.IsCompleted,
            () => time.AdvanceIfWaitedFor(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30))
        );
        var failure = await Assert.ThrowsAsync<SecretStartupException>(() => starting);
        Assert.Contains("throwing backend", failure.Message, StringComparison.Ordinal);
        Assert.Contains("attempts in", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        Assert.True(backend.Calls > 1, "it was tried once");
        Assert.DoesNotContain("boom", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_runs_before_any_other_service_of_the_host()
    {
        _fixture.WriteDotenv("");
        var other = new NotingService();
        _fixture.Configure = (builder, _) => builder.Services.AddSingleton<IHostedService>(other);
        await Assert.ThrowsAsync<SecretStartupException>(_fixture.StartAsync);
        Assert.False(other.WasStarted);
    }

    [Fact]
    public async Task Start_with_the_audit_database_away_goes_on_and_with_a_foreign_schema_does_not()
    {
        _fixture.Store.Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away");
        var host = await _fixture.StartAsync();
        _fixture.Store.Failure = null;
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);
        Assert.NotEmpty(_fixture.Store.Rows);

        _fixture.Store.Failure = new SecretConfigurationException(SecretErrorCode.SchemaMismatch, "old schema");
        Assert.Equal(
            SecretErrorCode.SchemaMismatch,
            (await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync)).Code
        );
    }

    [Theory]
    [InlineData("SECRET_BACKEND", "consul", "SECRET_BACKEND")]
    [InlineData("SECRET_BACKEND", "vault", "Strongroom.Vault")]
    [InlineData("SECRET_BACKEND", "aws", "Strongroom.Aws")]
    [InlineData("DEPLOYMENT_ENV", "prodution", "DEPLOYMENT_ENV")]
    [InlineData("DOTNET_ENVIRONMENT", "Staging", "agree")]
    [InlineData("SECRET_NAMESPACE", "prod/", "SECRET_NAMESPACE")]
    [InlineData("SECRET_NAMESPACE", "../x/", "SECRET_NAMESPACE")]
    [InlineData("SECRET_CACHE_TTL", "2h", "SECRET_CACHE_TTL")]
    [InlineData("SECRET_CACHE_REFRESH", "30m", "SECRET_CACHE_REFRESH")]
    [InlineData("SECRET_CACHE_TTL", "soon", "SECRET_CACHE_TTL")]
    [InlineData("ALPACA_BASE_URL", "https://api.alpaca.markets", "ALPACA_BASE_URL")]
    [InlineData("TRADING_MODE", "live", "TRADING_MODE")]
    [InlineData("STRONGROOM_AUDIT", "off", "STRONGROOM_AUDIT")]
    public async Task Start_with_a_bad_setting_names_it(string setting, string value, string named)
    {
        _fixture.Settings[setting] = value;
        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        Assert.Equal(SecretErrorCode.SettingInvalid, fault.Code);
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_with_many_bad_settings_lists_them_all()
    {
        _fixture.Settings["SECRET_BACKEND"] = "consul";
        _fixture.Settings["SECRET_CACHE_TTL"] = "2h";
        _fixture.Settings["SECRET_NAMESPACE"] = "no-slash";
        Assert.Equal(3, (await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync)).Faults.Count);
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("production")]
    [InlineData(null)]
    public async Task Start_of_env_outside_local_is_refused(string? environment)
    {
        _fixture.Settings["DEPLOYMENT_ENV"] = environment;
        _fixture.Settings["SECRET_BACKEND"] = "env";
        var refused = await Assert.ThrowsAsync<SecretRefusedException>(_fixture.StartAsync);
        Assert.Equal(SecretErrorCode.Guardrail, refused.Code);
    }

    [Theory]
    [InlineData("REDIS_URL", "redis://:hunter2hunter2@redis:6379")]
    [InlineData("ConnectionStrings:Main", "Host=db;Password=hunter2hunter2")]
    [InlineData("Database:Password", "hunter2hunter2")]
    public async Task Start_with_a_password_in_plain_configuration_outside_local_names_the_key_and_not_the_value(
        string key,
        string value
    )
    {
        _fixture.Settings["DEPLOYMENT_ENV"] = "production";
        _fixture.Settings["SECRET_BACKEND"] = "memory";
        _fixture.Settings[key] = value;
        _fixture.Configure = (_, strongroom) => strongroom.AddBackend("memory", _ => new ProgrammableBackend());
        var plain = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        Assert.Equal(SecretErrorCode.PlainSecret, plain.Code);
        Assert.Contains(key, plain.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", plain.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ not json", "line 1")]
    [InlineData("{ \"service\": \"Bad-Id\", \"secrets\": [] }", "snake_case")]
    [InlineData("{ \"service\": \"x\", \"secrets\": [ { \"name\": \"../etc\" } ] }", "secrets[0].name")]
    [InlineData("{ \"service\": \"x\", \"secrets\": [ { \"name\": \"a/b\" }, { \"name\": \"a_b\" } ] }", "A_B")]
    [InlineData("{ \"service\": \"x\", \"secrets\": [ { \"name\": \"vault/token\" } ] }", "VAULT_TOKEN")]
    public async Task Start_with_a_malformed_declaration_says_where(string json, string where)
    {
        _fixture.WriteDeclaration(json);
        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        Assert.Equal(SecretErrorCode.DeclarationInvalid, fault.Code);
        Assert.Contains(where, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_without_a_declaration_fails()
    {
        File.Delete(_fixture.Settings["SECRET_DECLARATION"]!);
        Assert.Contains(
            "secrets.json",
            (await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("A='hunter2", "line 1")]
    [InlineData("ALPACA_API_KEY_ID=\nALPACA_API_SECRET_KEY=abcdefghij\nDATABASE_PASSWORD=abcdefghij", "empty")]
    public async Task Start_with_a_bad_dotenv_says_what_without_the_text(string text, string what)
    {
        _fixture.WriteDotenv(text);
        var failure = await Assert.ThrowsAsync<SecretStartupException>(_fixture.StartAsync);
        Assert.Contains(what, failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghij", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_with_a_dotenv_that_others_can_read_says_chmod()
    {
        File.SetUnixFileMode(
            Path.Combine(_fixture.Folder, ".env"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        );
        Assert.Contains(
            "chmod 600",
            (await Assert.ThrowsAsync<SecretStartupException>(_fixture.StartAsync)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Start_with_a_fault_of_the_whole_dotenv_tells_it_once_for_all_names()
    {
        File.SetUnixFileMode(
            Path.Combine(_fixture.Folder, ".env"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead
        );
        var message = (await Assert.ThrowsAsync<SecretStartupException>(_fixture.StartAsync)).Message;
        Assert.Single(message.Split('\n'), line => line.StartsWith("- ", StringComparison.Ordinal));
        Assert.Contains(
            "alpaca/api_key_id, alpaca/api_secret_key, database/password (DotenvInvalid)",
            message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Start_on_a_full_disk_is_an_error_and_no_crash()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("mounting a small file system needs root");
        var mount = Directory
            .CreateDirectory(
                Path.Combine(_fixture.Folder, "full"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            )
            .FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", mount);
        try
        {
            _fixture.Settings["STRONGROOM_JOURNAL_DIR"] = mount;
            var fault = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
            Assert.Contains("STRONGROOM_JOURNAL_DIR", fault.Message, StringComparison.Ordinal);
            Assert.Contains("no space", fault.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(mount));
        }
        finally
        {
            await RunAsync("umount", mount);
        }
    }

    [Fact]
    public async Task Start_without_a_store_writes_the_audit_to_the_log()
    {
        _fixture.Configure = (builder, _) =>
        {
            for (var i = builder.Services.Count - 1; i >= 0; i--)
            {
                if (builder.Services[i].ServiceType == typeof(IAuditStore))
                    builder.Services.RemoveAt(i);
            }
        };
        var host = await _fixture.StartAsync();
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);
        Assert.Contains(_fixture.Log.Entries, entry =>
            entry.Id.Id == 1310 && entry.Text.Contains("alpaca/api_key_id", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Start_without_a_store_and_with_a_log_that_hides_the_rows_keeps_them_in_the_journal()
    {
        _fixture.Configure = (builder, _) =>
        {
            builder.Services.RemoveAll<IAuditStore>();
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        };
        var host = await _fixture.StartAsync();
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);
        Assert.Contains(_fixture.Log.Entries, entry =>
            entry.Id.Id == 1302 && entry.Text.Contains("AddDatabase", StringComparison.Ordinal)
        );
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_fixture.Folder, "journal"), "*.journal"));
    }

    [Fact]
    public async Task Healthy_start_logs_no_warning()
    {
        var host = await _fixture.StartAsync();
        Assert.Contains(_fixture.Log.Entries, entry => entry is { Id.Id: 1023, Level: LogLevel.Information });
        Assert.DoesNotContain(_fixture.Log.Entries, entry => entry.Level >= LogLevel.Warning);
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);
    }

    [Fact]
    public async Task Start_that_is_asked_to_stop_is_no_failure_and_one_that_is_cancelled_otherwise_is()
    {
        _fixture.Settings["SECRET_BACKEND"] = "hanging";
        var backend = new ProgrammableBackend();
        backend.Hang("alpaca/credentials");
        var asked = new TaskCompletionSource();
        backend.Asked = _ => asked.TrySetResult();
        _fixture.Configure = (_, strongroom) => strongroom.AddBackend("hanging", _ => backend);

        using var host = _fixture.Build();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var starting = host.StartAsync(TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(StartFailure.IsStop(new OperationCanceledException(), lifetime));
        lifetime.StopApplication();

        var stop = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.True(StartFailure.IsStop(stop, lifetime));
        Assert.True(StartFailure.IsStop(new AggregateException(stop, stop), lifetime));
        Assert.False(StartFailure.IsStop(new AggregateException(stop, new InvalidOperationException()), lifetime));
        Assert.False(StartFailure.IsStop(stop, null));
        Assert.DoesNotContain("Unexpected", StartFailure.FromException(stop).Message, StringComparison.Ordinal);
        // The host's own report is shown because this log takes level debug.
        Assert.DoesNotContain(_fixture.Log.Entries, entry =>
            entry.Level >= LogLevel.Warning && entry.Id.Name != "HostedServiceStartupFaulted"
        );
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class NotingService : IHostedService
    {
        public bool WasStarted { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            WasStarted = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
