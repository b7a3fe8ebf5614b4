using Microsoft.Extensions.Configuration;
using Strongroom.Settings;

namespace Strongroom.Tests.Settings;

public class StrongroomSettingsTests
{
    [Fact]
    public void Read_of_nothing_gives_the_defaults()
    {
        var (options, faults) = Read();

        Assert.Empty(faults);
        Assert.Equal(
            (TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), null, true, ""),
            (
                options.CacheTtl,
                options.CacheRefresh,
                options.DeniedGrace,
                options.StartupWait,
                options.AuditRequired,
                options.Namespace
            )
        );
    }

    [Fact]
    public void Read_fills_every_option_from_its_setting()
    {
        var (options, faults) = Read(
            ("SECRET_BACKEND", "vault"),
            ("DEPLOYMENT_ENV", "staging"),
            ("SECRET_NAMESPACE", "a/"),
            ("SECRET_DECLARATION", "d"),
            ("SECRET_CACHE_TTL", "30m"),
            ("SECRET_CACHE_REFRESH", "90s"),
            ("SECRET_STARTUP_WAIT", "0s"),
            ("SECRET_DENIED_GRACE", "00:02:00"),
            ("SECRET_DOTENV_PATH", "e"),
            ("SECRET_BREAK_GLASS_FILE", "b"),
            ("STRONGROOM_JOURNAL_DIR", "j"),
            ("STRONGROOM_INSTANCE", "i"),
            ("STRONGROOM_OPERATOR", "o"),
            ("STRONGROOM_AUDIT", "best-effort"),
            ("SECRET_CONFIGURATION_PROVIDER", "true")
        );

        Assert.Empty(faults);
        Assert.Equivalent(
            new StrongroomOptions
            {
                Backend = "vault",
                DeploymentEnv = "staging",
                Namespace = "a/",
                DeclarationPath = "d",
                CacheTtl = TimeSpan.FromMinutes(30),
                CacheRefresh = TimeSpan.FromSeconds(90),
                StartupWait = TimeSpan.Zero,
                DeniedGrace = TimeSpan.FromMinutes(2),
                DotenvPath = "e",
                BreakGlassFile = "b",
                JournalDirectory = "j",
                Instance = "i",
                Operator = "o",
                AuditRequired = false,
                ConfigurationProviderInProduction = true,
            },
            options,
            strict: true
        );
    }

    [Fact]
    public void Names_are_the_ones_that_the_options_state()
    {
        var stated = typeof(StrongroomOptions).GetProperties().Length;

        Assert.Equal(stated, StrongroomSettings.Names.Count);
    }

    [Theory]
    [InlineData("1h", 3600_000)]
    [InlineData("5m", 300_000)]
    [InlineData("30s", 30_000)]
    [InlineData("250ms", 250)]
    [InlineData("00:00:10", 10_000)]
    [InlineData("0:30:00", 1800_000)]
    [InlineData("00:00:00.5", 500)]
    public void Read_of_a_duration_reads_it(string text, int milliseconds)
    {
        var (options, faults) = Read(("SECRET_CACHE_TTL", text));

        Assert.Empty(faults);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), options.CacheTtl);
    }

    [Theory]
    [InlineData("3600")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("1d")]
    [InlineData("1:30")]
    [InlineData("99999999999h")]
    public void Read_of_what_is_no_duration_names_the_setting_and_not_the_text(string text)
    {
        var (_, faults) = Read(("SECRET_CACHE_TTL", text), ("STRONGROOM_AUDIT", text));

        Assert.Equal(2, faults.Count);
        Assert.StartsWith("SECRET_CACHE_TTL", faults[0], StringComparison.Ordinal);
        Assert.All(faults, fault =>
            Assert.DoesNotContain(text, fault.Replace("hh:mm:ss", "", StringComparison.Ordinal), StringComparison.Ordinal)
        );
    }

    private static (StrongroomOptions Options, List<string> Faults) Read(params (string Key, string Value)[] settings)
    {
        var faults = new List<string>();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => (string?)one.Value))
            .Build();
        return (StrongroomSettings.Read(configuration, faults), faults);
    }
}
