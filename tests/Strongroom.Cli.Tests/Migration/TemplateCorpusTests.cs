using System.Text;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;
using Strongroom.Env;

namespace Strongroom.Cli.Tests.Migration;

/// <summary>No secret in a template, whatever its form and wherever in the file it is; and the rest stays readable.</summary>
public class TemplateCorpusTests
{
    private static readonly Func<CorpusLine, int, string>[] s_places =
    [
        static (line, _) => $"{line.Variable}={Quoted(line.Value)}",
        static (line, _) => $"export {line.Variable}={Quoted(line.Value)} # of the desk",
        // Nothing in the name says anything.
        static (line, index) => $"ENTRY_{index}={Quoted(line.Value)}",
        static (line, index) => $"TWICE_{index}={Quoted(line.Value)}\nTWICE_{index}=5",
        static (line, index) => $"LATER_{index}=5 # {line.Variable}={OneLine(line.Value)}",
        static (line, _) => string.Join('\n', $"{line.Variable}={line.Value}".Split('\n').Select(part => $"# {part}")),
        static (line, _) => string.Join('\n', $"{line.Variable}=\"{line.Value}\"".Split('\n').Select(part => $"#{part}")),
        static (line, _) => $"# old key: {OneLine(line.Value)}",
        static (line, _) => $"# the password was {OneLine(line.Hidden)} until May",
        // A short word alone may be any word.
        static (line, _) => line.Value.Length < 20 ? "" : $"# {OneLine(line.Value)}",
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, s_places.Length)];

    [Fact]
    public void Corpus_has_sixty_shapes_of_each_kind() =>
        Assert.True(SecretCorpus.Make().Count >= 60 && InnocentCorpus.Make().Count >= 60);

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Template_holds_no_secret_wherever_it_is(int place)
    {
        // Behind a name that says nothing, six digits are a number.
        var lines = SecretCorpus.Make().Where(line => place is not (2 or 3) || line.Variable != "UNLOCK_PIN").ToList();
        await using var fixture = await OpenAsync(
            string.Concat(lines.Select((line, index) => s_places[place](line, index) + "\n"))
        );

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        var template = await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template"));
        Assert.Empty(lines.Where(line => Leaks(template, line.Hidden)).Select(line => line.Variable));
        Assert.Empty(lines.Where(line => Leaks(result.Output + result.Error, line.Hidden)).Select(line => line.Variable));
    }

    [Theory]
    [InlineData("# admin:{0}")]
    [InlineData("# root / {0}")]
    [InlineData("# Kennwort: {0}")]
    [InlineData("# password → {0}")]
    [InlineData("# --password {0}")]
    [InlineData("# redis-cli -a {0}")]
    [InlineData("# start --password {0} --verbose")]
    [InlineData("# curl -u 'admin:{0}' https://desk.example.com")]
    [InlineData("# DB_URL=${{DB_PASS:-{0}}}")]
    [InlineData("# compose has ${{DB_PASS:-{0}}} there")]
    [InlineData("# {0}7! works too")]
    [InlineData("APP_DESCRIPTION='the password is {0}'")]
    [InlineData("GIT_REMOTE='https://{0}:x-oauth-basic@github.com/acme/desk.git'")]
    [InlineData("# git clone https://{0}:x-oauth-basic@github.com/acme/desk.git")]
    [InlineData("GIT_REMOTE='https://{0}:@github.com/acme/desk.git'")]
    [InlineData("GIT_REMOTE='HTTPS://{0}@github.com/acme/desk.git'")]
    [InlineData("GIT_REMOTE='git+https://{0}@github.com/acme/desk.git'")]
    [InlineData("GIT_REMOTE='https://x-token-auth:{0}@bitbucket.org/acme/desk.git'")]
    [InlineData("GIT_REMOTE='https://oauth2:{0}@gitlab.com/acme/desk.git'")]
    [InlineData("# git clone https://oauth2:{0}@gitlab.com/acme/desk.git")]
    [InlineData("BLOB='AccountName=desk;Account Key={0}'")]
    public async Task Template_holds_no_password_of_small_letters_that_a_line_points_at(string line)
    {
        var secret = SecretCorpus.Of("bcdfghjkmnpqrstvwxz", 9);
        await using var fixture = await OpenAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, line, secret) + "\nPORT=80\n"
        );

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(
            secret,
            await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("# {0}=", 43)]
    [InlineData("# {0}==", 22)]
    [InlineData("# {0} =", 43)]
    [InlineData("# {0}= of the desk", 43)]
    [InlineData("# {0}== of the desk", 22)]
    [InlineData("# export {0}=", 43)]
    [InlineData("# {0}", 22)]
    [InlineData("# of the desk: {0}", 24)]
    [InlineData("# the old one, {0}, works too", 22)]
    [InlineData("# APP_NAME={0}", 22)]
    [InlineData("# NOTE=the old one, {0}", 24)]
    [InlineData("APP_NAME={0}", 22)]
    [InlineData("APP_NAME={0}=", 23)]
    public async Task Template_holds_no_key_without_a_digit(string line, int length)
    {
        var key = KeyWithoutDigit(length);
        await using var fixture = await OpenAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, line, key) + "\nPORT=80\n"
        );

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        Assert.False(Leaks(await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")), key));
        Assert.False(Leaks(result.Output + result.Error, key));
    }

    [Fact]
    public async Task Template_holds_no_padded_key_of_capitals()
    {
        var key = SecretCorpus.Of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26);
        await using var fixture = await OpenAsync($"# {key}======\nPORT=80\n");

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        Assert.False(Leaks(await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")), key));
    }

    [Theory]
    [InlineData("# DATABASE_URL=")]
    [InlineData("# Logging__LogLevel__Default=")]
    [InlineData("# ExecutionGateway_MaximumOrders=5")]
    [InlineData("# STRATEGY_MOMENTUM_LOOKBACK_DAYS =")]
    public async Task Comment_that_assigns_to_a_name_keeps_it(string comment)
    {
        await using var fixture = await OpenAsync($"{comment}\nPORT=80\n");

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"{comment}\nPORT=80\n", await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")));
    }

    /// <summary>Google gives its site keys and its secret keys the same form, and so may chance give any other key.</summary>
    [Theory]
    [InlineData("ENTRY_7={0}")]
    [InlineData("RECAPTCHA={0}")]
    [InlineData("# RECAPTCHA={0}")]
    public async Task Template_holds_no_key_that_has_the_form_of_a_site_key(string line)
    {
        var key = "6L" + SecretCorpus.Of("abcXYZ0189-_7", 38);
        await using var fixture = await OpenAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, line, key) + "\nPORT=80\n"
        );

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        Assert.False(Leaks(await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")), key));
    }

    [Theory]
    [InlineData("# WALLET_MNEMONIC=changeme {0}")]
    [InlineData("PORT=80 # WALLET_MNEMONIC=changeme {0}")]
    public async Task Template_holds_no_phrase_whose_first_word_is_a_placeholder(string line)
    {
        var rest = string.Join(' ', Enumerable.Range(0, 11).Select(_ => SecretCorpus.Of("bcdfghjkmnpqrstvwxz", 6)));
        await using var fixture = await OpenAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, line, rest) + "\n"
        );

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(
            rest,
            await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("# API keys of the desk")]
    [InlineData("# Get a token at https://desk.example.com/docs/tokens")]
    [InlineData("# password hashing rounds")]
    [InlineData("# docker run -p 8080:80 registry.example.com/desk:2.14.0")]
    [InlineData("# see docs/secrets.md; the keys come from the vault")]
    [InlineData("# --- Database (PostgreSQL 16) ---")]
    [InlineData("# the services read these when they start, so that each of them can be restarted alone and without the others")]
    [InlineData("# LOG_LEVEL=debug # more")]
    public async Task Comment_that_tells_nothing_stays_as_it_is(string comment)
    {
        await using var fixture = await OpenAsync($"{comment}\nPORT=80\n");

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"{comment}\nPORT=80\n", await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")));
    }

    [Fact]
    public async Task Key_without_a_digit_where_a_name_belongs_is_refused_and_never_shown()
    {
        var key = KeyWithoutDigit(43);
        await using var fixture = await OpenAsync($"PORT=80\n{key}=\n");

        var result = await RunAsync(fixture, "migrate", ".env");

        Assert.NotEqual(0, result.ExitCode);
        Assert.False(Leaks(result.Output + result.Error, key));
    }

    [Fact]
    public async Task Key_where_a_name_belongs_is_refused_by_its_line_and_never_shown()
    {
        var key = Convert
            .ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32))
            .Replace('+', '7')
            .Replace('/', '3');
        key = "a1b2c3" + key[6..];
        await using var fixture = await OpenAsync($"PORT=80\n{key}\n");

        foreach (
            var arguments in (string[][])
                [
                    ["migrate", ".env"],
                    ["migrate", ".env", "--apply", "--output", "json"],
                    ["migrate", ".env", "--finish", "destroy", "--yes"],
                ]
        )
        {
            var result = await RunAsync(fixture, arguments);

            Assert.Equal(ExitCodes.Usage, result.ExitCode);
            Assert.Contains("line 2", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(key[6..18], result.Output + result.Error, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(Path.Combine(fixture.Folder, ".env.template")));
    }

    [Fact]
    public async Task Innocent_values_stay_readable_and_ask_nothing()
    {
        var lines = InnocentCorpus.Make();
        await using var fixture = await OpenAsync(string.Concat(lines.Select(line => $"{line.Variable}={Quoted(line.Value)}\n")));

        var result = await RunAsync(fixture, "migrate", ".env", "--apply", "--output", "json");

        Assert.Equal(0, result.ExitCode);
        using var template = DotenvFile.Parse(
            await File.ReadAllBytesAsync(Path.Combine(fixture.Folder, ".env.template")),
            "template"
        );
        Assert.Empty(
            lines.Where(line => !Equals(template.Read(line.Variable)!.Reveal(), line.Value)).Select(line => line.Variable)
        );
        using var shape = JsonDocument.Parse(result.Output);
        Assert.All(shape.RootElement.GetProperty("entries").EnumerateArray(), static entry =>
            Assert.Equal("configuration", entry.GetProperty("kind").GetString())
        );
    }

    [Fact]
    public async Task Realistic_file_of_sixty_lines_asks_for_three_decisions_at_most()
    {
        var innocents = InnocentCorpus.Make();
        var secrets = SecretCorpus
            .Make()
            .Where(line =>
                line.Variable
                    is "DB_PASS"
                        or "STRIPE"
                        or "SENDGRID"
                        or "DATABASE_URL"
                        or "SENTRY_DSN"
                        or "SLACK_WEBHOOK_URL"
                        or "AWS_ACCESS_KEY_ID"
                        or "AWS_SECRET_ACCESS_KEY"
                        or "JWT"
                        or "GH_PAT"
            );
        var text =
            string.Concat(innocents.Take(47).Select(line => $"{line.Variable}={Quoted(line.Value)}\n"))
            + string.Concat(secrets.Select(line => $"{line.Variable}={Quoted(line.Value)}\n"))
            + $"LEGACY_DESK={SecretCorpus.Of("abc017", 14)}\nPARTNER={SecretCorpus.Of("abc017", 18)}\n"
            + $"STRANGE={SecretCorpus.Of("abc017", 9)}\n";
        await using var fixture = await OpenAsync(text);
        Assert.Equal(60, text.Count(c => c == '\n'));

        var asked = await RunAsync(fixture, "migrate", ".env", "--apply", "--output", "json");
        var open = Undecided(asked.Output);
        var decided = await RunAsync(
            fixture,
            "migrate",
            ".env",
            "--apply",
            "--secret",
            "LEGACY_DESK=desk/legacy",
            "--secret",
            "PARTNER",
            "--plain",
            "STRANGE"
        );
        var again = await RunAsync(fixture, "migrate", ".env", "--apply", "--output", "json");
        var finished = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");

        Assert.Equal(["LEGACY_DESK", "PARTNER", "STRANGE"], open);
        Assert.Equal((0, 0, 0), (asked.ExitCode, decided.ExitCode, finished.ExitCode));
        Assert.Empty(Undecided(again.Output));
        Assert.False(File.Exists(Path.Combine(fixture.Folder, ".env")));
    }

    private static List<string> Undecided(string json)
    {
        using var shape = JsonDocument.Parse(json);
        return
        [
            .. shape
                .RootElement.GetProperty("entries")
                .EnumerateArray()
                .Where(entry => entry.GetProperty("kind").GetString() == "undecided")
                .Select(entry => entry.GetProperty("variable").GetString()!),
        ];
    }

    /// <summary>The whole of it, or a line of one that has several.</summary>
    private static bool Leaks(string text, string secret) =>
        secret
            .Split('\n')
            .Where(part => part.Length > 5 && !part.StartsWith("-----", StringComparison.Ordinal))
            .Any(part => text.Contains(part, StringComparison.Ordinal));

    /// <summary>Base64 as one key in thousands is; three capitals and three small letters in turn look most like words.</summary>
    private static string KeyWithoutDigit(int length) =>
        string.Concat(
            SecretCorpus
                .Of("bcdfghjkmnpqrstvwxz", length)
                .Select((letter, index) => index % 6 < 3 ? char.ToUpperInvariant(letter) : letter)
        );

    private static string OneLine(string value) => value.Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Quoted(string value) =>
        value.Contains('\'', StringComparison.Ordinal) || value.Length == 0 ? value : $"'{value}'";

    private static async Task<ScriptFixture> OpenAsync(string text)
    {
        var fixture = await ScriptFixture.OpenAsync("vault");
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }

    private static Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] arguments) =>
        InProcess.RunAsync(arguments, fixture.Variables, fixture.Folder, Encoding.UTF8.GetBytes(""));
}
