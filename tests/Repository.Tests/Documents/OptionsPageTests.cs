using System.Text.RegularExpressions;

namespace Repository.Tests.Documents;

public partial class OptionsPageTests
{
    // Npgsql reads the one; the other reaches our code as http_ports.
    private static readonly string[] s_readByOthers = ["PGSSLROOTCERT", "ASPNETCORE_HTTP_PORTS"];

    private static readonly string s_page = RepositoryFiles.Read("docs/options.md");

    [Fact]
    public void Page_names_every_setting_that_the_code_reads() =>
        Violations.AssertNone(
            SettingNames
                .InCode()
                .Except(Quoted().Matches(s_page).Select(match => match.Groups[1].Value))
                .Order(StringComparer.Ordinal),
            "docs/options.md names these nowhere. Add them; what is no setting goes into SettingNames.cs with its reason."
        );

    [Fact]
    public void Table_of_the_page_names_nothing_that_the_code_does_not_read() =>
        Violations.AssertNone(
            Row().Matches(s_page).Select(match => match.Groups[1].Value).Except(SettingNames.InCode()).Except(s_readByOthers),
            "docs/options.md has a row for these, and no code reads them."
        );

    [Fact]
    public void Property_documentation_names_only_settings_that_the_code_reads() =>
        Violations.AssertNone(
            SettingNames.InPropertyDocumentation().Except(SettingNames.InCode()),
            "A property states these as its setting, and no code reads them."
        );

    [Fact]
    public void InCode_finds_what_each_kind_of_reader_reads()
    {
        string[] known =
        [
            "SECRET_CACHE_TTL",
            "DATABASE_HOST",
            "MANAGEMENT_URL",
            "ALPACA_BASE_URL",
            "REDIS_URL",
            "DRAIN_DELAY",
            "LOG_LEVEL",
            "STRATEGY_ID",
            "SIGNALS_URL",
            "MAX_DAILY_LOSS",
            "XDG_STATE_HOME",
            "SUDO_USER",
        ];
        Assert.Empty(known.Except(SettingNames.InCode()));
    }

    [GeneratedRegex("`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`=]")]
    private static partial Regex Quoted();

    [GeneratedRegex("^\\| *`([A-Z][A-Z0-9_]*)` *\\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
