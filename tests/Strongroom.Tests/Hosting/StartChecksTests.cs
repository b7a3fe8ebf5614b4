using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Strongroom.Audit;
using Strongroom.Env;
using Strongroom.Hosting;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Hosting;

/// <summary>One list of checks: what the start refuses, <c>--check</c> and <c>doctor</c> refuse too, in the same words.</summary>
public sealed class StartChecksTests : IDisposable
{
    private readonly HostFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    public static TheoryData<string, string, string> Faults =>
        new()
        {
            { "SECRET_CACHE_TTL", "2h", "settings" },
            { "SECRET_BACKEND", "consul", "settings" },
            { "DEPLOYMENT_ENV", "prodution", "settings" },
            { "SECRET_DECLARATION", "/nonexistent/secrets.json", "declaration" },
            { "STRONGROOM_JOURNAL_DIR", "/proc/self/journal", "journal" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Run_finds_what_a_start_refuses_in_the_same_words(string setting, string value, string check)
    {
        _fixture.Settings[setting] = value;
        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        var finding = Assert.Single(StartChecks.Run(Facts()), finding => finding.Error is not null);
        Assert.Equal((check, refused.Message), (finding.Check, finding.Error!.Message));
    }

    [Fact]
    public async Task Start_with_faults_of_several_checks_lists_them_all()
    {
        _fixture.Settings["SECRET_CACHE_TTL"] = "2h";
        _fixture.WriteDeclaration("""{ "service": "Bad-Id", "secrets": [] }""");
        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        Assert.Contains("SECRET_CACHE_TTL", fault.Message, StringComparison.Ordinal);
        Assert.Contains("snake_case", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_looks_at_the_guardrail_and_at_plain_secrets_outside_local()
    {
        _fixture.Settings["DEPLOYMENT_ENV"] = "production";
        _fixture.Settings["SECRET_BACKEND"] = "env";
        _fixture.Settings["Database:Password"] = HostFixture.Fresh();
        var faults = StartChecks
            .Run(Facts())
            .Where(finding => finding.Error is not null)
            .Select(finding => finding.Check)
            .ToList();
        Assert.Contains("guardrail", faults);
        Assert.Contains("plain secrets", faults);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("1234567", "fewer than 8")]
    public async Task ReadAsync_refuses_the_values_that_a_start_refuses(string value, string what)
    {
        _fixture.Settings["DEPLOYMENT_ENV"] = "test";
        _fixture.WriteDotenv(
            $"ALPACA_API_KEY_ID={_fixture.KeyId}\nALPACA_API_SECRET_KEY={_fixture.KeyId}\nDATABASE_PASSWORD={value}\n"
        );
        var facts = Facts();
        Assert.All(StartChecks.Run(facts), finding => Assert.Null(finding.Error));
        var findings = await StartChecks.CheckSecretsAsync(
            facts.Declaration!,
            facts.Backend!,
            facts.Options!,
            facts.Settings!.Environment,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        var fault = Assert.Single(findings, finding => finding is { Error: not null, StopsStart: true });
        Assert.Equal([Fixture.Password], fault.Names);
        Assert.Contains(what, fault.Error!.Message, StringComparison.Ordinal);
        Assert.Contains(
            fault.Error.Message,
            (await Assert.ThrowsAsync<SecretStartupException>(_fixture.StartAsync)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_runs_the_service_s_own_checks_and_lists_what_they_find(bool needsSecrets)
    {
        _fixture.Configure = (builder, _) =>
        {
            builder.Services.AddSingleton<IStartCheck>(new RefusingCheck("the first", needsSecrets));
            builder.Services.AddSingleton<IStartCheck>(new RefusingCheck("the second", needsSecrets));
        };
        Assert.Equal(
            ["the first", "the second"],
            (await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync)).Faults
        );
    }

    [Fact]
    public async Task Inspection_tells_settings_declaration_and_own_checks_in_one_and_starts_nothing()
    {
        _fixture.Settings["SECRET_CACHE_TTL"] = "2h";
        _fixture.WriteDeclaration("{ not json");
        _fixture.Configure = (builder, _) =>
            builder.Services.AddSingleton<IStartCheck>(new RefusingCheck("the service's own", needsSecrets: false));
        using var host = _fixture.Build();
        await using var inspection = new StartInspection(host.Services);
        var failure = await inspection.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, failure!.Value.ExitCode);
        Assert.All(["SECRET_CACHE_TTL", "line 1", "the service's own"], part =>
            Assert.Contains(part, failure.Value.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Inspection_of_a_start_that_would_succeed_ships_what_it_read_and_leaves_no_journal()
    {
        using var host = _fixture.Build();
        await using (var inspection = new StartInspection(host.Services))
        {
            Assert.Null(await inspection.RunAsync(TestContext.Current.CancellationToken));
            Assert.Contains("test_service can start", inspection.Summary, StringComparison.Ordinal);
        }
        Assert.Contains(_fixture.Store.Rows, row => row.Operation == Strongroom.Audit.AccessOperation.Fetch);
        Assert.Empty(Directory.GetFiles(Path.Combine(_fixture.Folder, "journal"), "*.journal"));
    }

    [Theory]
    [InlineData(SecretErrorCode.Unreachable, true)]
    [InlineData(SecretErrorCode.Denied, true)]
    [InlineData(SecretErrorCode.SchemaMismatch, false)]
    public async Task Inspection_says_of_a_store_that_takes_no_rows_what_a_start_does(SecretErrorCode code, bool starts)
    {
        Exception failure = code switch
        {
            SecretErrorCode.Unreachable => new SecretUnavailableException(code, "The database is away."),
            SecretErrorCode.Denied => new SecretAccessDeniedException(code, "The role may not insert."),
            _ => new SecretConfigurationException(code, "The schema is newer."),
        };
        using (var host = _fixture.Build())
        {
            await using var inspection = new StartInspection(host.Services);
            _fixture.Store.Failure = failure;
            var refused = await inspection.RunAsync(TestContext.Current.CancellationToken);
            _fixture.Store.Failure = null;
            Assert.Equal(starts, refused is null);
            Assert.Contains(failure.Message, refused?.Message ?? inspection.Summary, StringComparison.Ordinal);
        }
        _fixture.Store.Failure = failure;
        var start = _fixture.StartAsync();
        Assert.Equal(starts ? null : failure, await Record.ExceptionAsync(() => start));
        _fixture.Store.Failure = null;
        if (starts)
            await HostFixture.DisposeAsync(await start);
    }

    [Fact]
    public async Task Inspection_that_lacks_a_secret_ships_its_rows_and_those_of_a_terminated_process_to_the_store()
    {
        var dead = LeaveJournal();
        _fixture.WriteDotenv("");
        Assert.Equal(3, (await InspectAsync())!.Value.ExitCode);

        Assert.Contains(_fixture.Store.Rows, row => row is { Operation: AccessOperation.Close, Outcome: AccessOutcome.Success });
        Assert.Contains(_fixture.Store.Rows, row => row.Name == "dead/secret");
        Assert.False(File.Exists(dead));
        Assert.Equal(0, _fixture.Log.Count(1310));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Inspection_leaves_the_rows_in_their_journals_if_the_store_cannot_be_used(bool hasSecrets, bool isCreated)
    {
        var dead = LeaveJournal();
        var before = await File.ReadAllBytesAsync(dead, TestContext.Current.CancellationToken);
        if (!hasSecrets)
            _fixture.WriteDotenv("");
        var unusable = new SecretConfigurationException(SecretErrorCode.SchemaMismatch, "The schema is newer.");
        _fixture.Store.Failure = unusable;
        if (!isCreated)
            _fixture.Configure = (builder, _) => builder.Services.AddSingleton<IAuditStore>(_ => throw unusable);
        Assert.NotNull(await InspectAsync());

        Assert.Equal(0, _fixture.Log.Count(1310));
        Assert.Equal(before, await File.ReadAllBytesAsync(dead, TestContext.Current.CancellationToken));

        // The next drainer accounts for both processes.
        (_fixture.Store.Failure, _fixture.Configure) = (null, (_, _) => { });
        await InspectAsync();
        Assert.Contains(_fixture.Store.Rows, row => row.Name == "dead/secret");
        Assert.Equal(3, _fixture.Store.Rows.Select(row => row.Boot).Distinct().Count());
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(dead)!, "*.journal"));
    }

    [Fact]
    public async Task Inspection_that_is_cancelled_finds_nothing_and_throws()
    {
        using var host = _fixture.Build();
        await using var inspection = new StartInspection(host.Services);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inspection.RunAsync(new CancellationToken(canceled: true)));
        Assert.Empty(inspection.Summary);
    }

    private async Task<StartFailure?> InspectAsync()
    {
        using var host = _fixture.Build();
        await using var inspection = new StartInspection(host.Services);
        return await inspection.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The journal of a process of the same service that died before it shipped its row.</summary>
    private string LeaveJournal()
    {
        var folder = JournalFolder.Open(_fixture.Settings["STRONGROOM_JOURNAL_DIR"]!, mustPersist: false);
        var owner = new InstanceRow(
            "dead-1",
            Guid.NewGuid(),
            "test_service",
            "local",
            "env",
            "host",
            1,
            "os:tester",
            DateTimeOffset.UnixEpoch
        );
        using var journal = folder.Create(owner, TimeProvider.System);
        journal.TryAppend(journal.About(AccessOperation.Get, AccessOutcome.Success) with { Name = "dead/secret" });
        return JournalFolder.PathOf(folder.Path, owner);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ValidateOnStart_sees_what_the_configuration_provider_shows(bool before)
    {
        _fixture.WriteDeclaration(
            """
            { "service": "test_service",
              "secrets": [ { "name": "database/password", "configurationKey": "Database:Password" } ] }
            """
        );
        _fixture.Configure = (builder, strongroom) =>
        {
            if (before)
                AddOptions(builder.Services, builder.Configuration);
            strongroom.AddConfigurationProvider(builder.Configuration);
            if (!before)
                AddOptions(builder.Services, builder.Configuration);
        };
        var host = await _fixture.StartAsync();
        Assert.NotEmpty(host.Services.GetRequiredService<IOptions<PasswordOptions>>().Value.Password!);
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);

        _fixture.WriteDeclaration("""{ "service": "test_service", "secrets": [ { "name": "database/password" } ] }""");
        await Assert.ThrowsAsync<OptionsValidationException>(_fixture.StartAsync);
    }

    private static void AddOptions(IServiceCollection services, IConfiguration configuration) =>
        services
            .AddOptions<PasswordOptions>()
            .Configure(options => options.Password = configuration["Database:Password"])
            .Validate(options => !string.IsNullOrEmpty(options.Password), "Database:Password is needed.")
            .ValidateOnStart();

    private StartContext Facts() =>
        new()
        {
            Configuration = new ConfigurationBuilder().AddInMemoryCollection(_fixture.Settings).Build(),
            Backends = [EnvBackend.BackendName],
            CreateBackend = (_, context) => EnvBackend.Create(context),
            Time = TimeProvider.System,
        };

    private sealed class PasswordOptions
    {
        public string? Password { get; set; }
    }

    private sealed class RefusingCheck(string fault, bool needsSecrets) : IStartCheck
    {
        public bool NeedsSecrets => needsSecrets;

        public ValueTask CheckAsync(CancellationToken ct) =>
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, fault);
    }
}
