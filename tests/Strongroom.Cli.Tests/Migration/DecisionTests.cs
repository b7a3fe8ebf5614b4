using System.Security.Cryptography;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Migration;

/// <summary>What migrate cannot decide, a person decides once.</summary>
public class DecisionTests
{
    // Begins like no number: of digits and a unit alone, anybody may read it.
    private readonly string _value = "qx7" + RandomNumberGenerator.GetHexString(9, lowercase: true);

    [Fact]
    public async Task Decision_is_kept_by_name_and_the_earlier_template_is_brought_up_to_date()
    {
        await using var fixture = await OpenAsync($"RELAY={_value}\nTHEME_A=qx7{_value[..4]}\nTHEME_B=qx8{_value[..4]}\n");
        var asked = await RunAsync(fixture, "--apply");
        var before = await TemplateAsync(fixture);

        var decided = await RunAsync(fixture, "--apply", "--secret", "RELAY=smtp/relay", "--plain", "THEME_*");
        var again = await RunAsync(fixture, "--apply");
        var stored = await InProcess.RunAsync(["get", "smtp/relay"], fixture.Variables, fixture.Folder, []);

        Assert.Contains("3 variables are undecided: RELAY, THEME_A, THEME_B", asked.Error, StringComparison.Ordinal);
        Assert.Equal("RELAY='<undecided>'\nTHEME_A='<undecided>'\nTHEME_B='<undecided>'\n", before);
        Assert.Equal((0, 0, _value), (decided.ExitCode, again.ExitCode, stored.Output));
        Assert.All([decided.Error, again.Error], error =>
            Assert.Matches("^strongroom: warning: no declaration was found: [^\n]+\n$", error)
        );
        Assert.Equal($"RELAY='<secret>'\nTHEME_A=qx7{_value[..4]}\nTHEME_B=qx8{_value[..4]}\n", await TemplateAsync(fixture));
        var kept = await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.decisions"));
        Assert.EndsWith("secret RELAY=smtp/relay\nplain THEME_*\n", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(_value, kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Glob_makes_nothing_plain_that_is_surely_a_secret()
    {
        await using var fixture = await OpenAsync(
            $"DB_HOST=db.internal\nDB_PASSWORD={_value}\nCACHE_URL=redis://a:{_value}q@cache/1\n"
        );

        var result = await RunAsync(fixture, "--apply", "--plain", "*");

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(_value, await TemplateAsync(fixture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LAB", "glpat-")]
    [InlineData("CACHE", "redis://:")]
    [InlineData("VAULT_TOKEN", "")]
    public async Task Name_of_a_sure_secret_cannot_be_made_plain(string variable, string prefix)
    {
        var value =
            prefix + RandomNumberGenerator.GetHexString(36, lowercase: true) + (prefix.EndsWith(':') ? "@cache:6379" : "");
        await using var fixture = await OpenAsync($"{variable}={value}\n");

        var result = await RunAsync(fixture, "--apply", "--plain", variable);

        Assert.Equal(
            (ExitCodes.Usage, false, false),
            (
                result.ExitCode,
                File.Exists(Path.Combine(fixture.Folder, ".env.template")),
                File.Exists(Path.Combine(fixture.Folder, ".env.decisions"))
            )
        );
    }

    [Theory]
    [InlineData("--plain", "NONE_*")]
    [InlineData("--secret", "RELAY=no name!")]
    [InlineData("--secret", "R*=smtp/relay")]
    public async Task Decision_that_names_nothing_is_told(string option, string pattern)
    {
        await using var fixture = await OpenAsync($"RELAY={_value}\n");

        Assert.Equal(ExitCodes.Usage, (await RunAsync(fixture, option, pattern)).ExitCode);
    }

    [Fact]
    public async Task Placeholder_is_no_secret_whatever_its_name_and_decision_say()
    {
        await using var fixture = await OpenAsync("API_TOKEN=your_api_key_here\nRELAY=changeme\n");

        var result = await RunAsync(fixture, "--apply", "--secret", "RELAY");

        Assert.Equal(
            (0, ""),
            (result.ExitCode, (await InProcess.RunAsync(["list"], fixture.Variables, fixture.Folder, [])).Output)
        );
        Assert.Equal("API_TOKEN=your_api_key_here\nRELAY=changeme\n", await TemplateAsync(fixture));
    }

    [Fact]
    public async Task Template_of_an_earlier_version_with_a_secret_in_it_is_named_and_left()
    {
        await using var fixture = await OpenAsync($"DB_PASSWORD={_value}\n");
        await File.WriteAllTextAsync(Path.Combine(fixture.Folder, ".env.template"), $"DB_PASSWORD={_value}\n");

        var result = await RunAsync(fixture, "--apply");

        Assert.Equal(ExitCodes.Refused, result.ExitCode);
        Assert.Contains("holds a secret", result.Error, StringComparison.Ordinal);
    }

    private static Task<string> TemplateAsync(ScriptFixture fixture) =>
        File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template"));

    private static async Task<ScriptFixture> OpenAsync(string text)
    {
        var fixture = await ScriptFixture.OpenAsync("vault");
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }

    private static Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] options) =>
        InProcess.RunAsync(["migrate", ".env", .. options], fixture.Variables, fixture.Folder, []);
}
