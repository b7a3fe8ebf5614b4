using System.Net.Http;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Strongroom.Peers;

namespace Repository.Tests.Documents;

/// <summary>Follows docs/getting-started.md: its files, its program, its requests and what they answer, its test.</summary>
public sealed partial class GettingStartedTests
{
    private static readonly string s_page = RepositoryFiles.Read("docs/getting-started.md");

    [Fact]
    public async Task Service_of_the_page_answers_what_the_page_shows()
    {
        var (port, management, weather) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        string Placed(string text) =>
            text.Replace("5080", $"{port}", StringComparison.Ordinal)
                .Replace("6080", $"{management}", StringComparison.Ordinal)
                .Replace("8090", $"{weather}", StringComparison.Ordinal);

        using var forecast = new FollowedProgram(Placed(Code(4)));
        await File.WriteAllTextAsync(Path.Combine(forecast.Output, "secrets.json"), Block(2, "json"));
        await forecast.ShellAsync(Block(3, ""));
        var served = Directory.CreateDirectory(Path.Combine(forecast.Folder, "weather")).FullName;
        await forecast.ShellAsync($"echo sunny > {served}/today");
        forecast.Start("python3", ["-m", "http.server", $"{weather}", "--bind", "127.0.0.1", "--directory", served], []);

        var settings = new Dictionary<string, string>
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["WEATHER_URL"] = $"http://127.0.0.1:{weather}",
        };
        Assert.Equal(0, (await forecast.RunAsync(settings, "--check")).Exit);
        var undecided = await forecast.RunAsync([]);
        Assert.Equal(2, undecided.Exit);
        Assert.Contains("SECRET_BACKEND", undecided.Error, StringComparison.Ordinal);

        var service = forecast.StartProgram(settings);
        using var http = new HttpClient();
        await UntilAnsweredAsync(http, $"http://127.0.0.1:{port}/forecast", service);
        var shown = Commands(Placed(Section(5))).ToList();
        Assert.Equal(6, shown.Count);
        foreach (var (command, answer) in shown)
            await UntilShownAsync(forecast, command, answer);

        // Under the folder of state, as the page's query expects it under the home's.
        Assert.True(File.Exists(Path.Combine(forecast.State, "strongroom", "strongroom.db")));
    }

    [Fact]
    public async Task Pair_is_not_sent_to_another_host_as_the_page_says()
    {
        var (port, management) = (FreePorts.Take(), FreePorts.Take());
        using var forecast = new FollowedProgram(
            Code(4)
                .Replace("5080", $"{port}", StringComparison.Ordinal)
                .Replace("6080", $"{management}", StringComparison.Ordinal)
        );
        await File.WriteAllTextAsync(Path.Combine(forecast.Output, "secrets.json"), Block(2, "json"));
        await forecast.ShellAsync(Block(3, ""));
        var service = forecast.StartProgram(new() { ["DEPLOYMENT_ENV"] = "local", ["WEATHER_URL"] = "http://weather.example" });
        using var http = new HttpClient();

        var answer = await UntilAnsweredAsync(http, $"http://127.0.0.1:{port}/forecast", service);

        Assert.Equal(Quoted().Match(Section(5)).Groups[1].Value, answer);
    }

    [Fact]
    public async Task Program_with_a_check_of_its_own_says_what_is_missing()
    {
        using var program = new FollowedProgram(Code(7));
        await File.WriteAllTextAsync(
            Path.Combine(program.Output, "secrets.json"),
            """{ "service": "forecast", "secrets": [ { "name": "weather/key", "configurationKey": "Weather:Key" } ] }"""
        );
        await program.ShellAsync(Block(3, ""));
        var settings = new Dictionary<string, string> { ["DEPLOYMENT_ENV"] = "local" };

        var without = await program.RunAsync(settings, "--check");
        Directory.CreateDirectory(Path.Combine(program.Folder, "templates"));
        var with = await program.RunAsync(settings, "--check");

        Assert.Contains("The folder 'templates' is missing.", without.Error, StringComparison.Ordinal);
        Assert.Equal((2, 0), (without.Exit, with.Exit));
    }

    [Theory]
    [InlineData("text", "Program.cs")]
    [InlineData("xml", "Strongroom.NativeService.csproj")]
    public void Native_program_has_the_lines_that_the_page_shows(string language, string file)
    {
        var program = RepositoryFiles.Read($"tests/Strongroom.NativeService/{file}");
        var lines = Block(9, language).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains(line, program, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Test_of_the_page_passes()
    {
        var folder = Directory.CreateTempSubdirectory("strongroom-page-");
        var assembly = Path.Combine(folder.FullName, "PageTests.dll");
        SnippetCompiler.Emit(Code(6), assembly);
        // Loaded where these tests run, so that its TestContext is theirs.
        var type = AssemblyLoadContext.Default.LoadFromAssemblyPath(assembly).GetExportedTypes().Single();
        var test = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Single(method => method.GetCustomAttribute<FactAttribute>() is not null);

        await (Task)test.Invoke(Activator.CreateInstance(type), null)!;

        folder.Delete(recursive: true);
    }

    [Fact]
    public void Test_project_of_the_page_names_the_version_that_this_repository_uses()
    {
        var package = Package().Match(Block(6, "xml")).Groups[1].Value;

        Assert.Contains(
            $"<PackageVersion {package} />",
            RepositoryFiles.Read("Directory.Packages.props"),
            StringComparison.Ordinal
        );
    }

    /// <summary>
    /// A refresh that comes too soon after a failed one answers what the page says it does, so it is asked again.
    /// </summary>
    private static async Task UntilShownAsync(FollowedProgram forecast, string command, Regex answer)
    {
        for (var attempt = 1; ; attempt++)
        {
            var shown = await forecast.ShellAsync(command);
            if (answer.IsMatch(shown))
                return;
            Assert.True(attempt < 120, $"{command}\n{shown}\nis not what the page shows: {answer}");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// The commands of a section, each with the answer below it; … matches anything, and a version or a number matches any of
    /// theirs.
    /// </summary>
    private static IEnumerable<(string Command, Regex Answer)> Commands(string section) =>
        Entry()
            .Matches(section)
            .Select(match =>
                (
                    match.Groups[1].Value,
                    new Regex(
                        "^"
                            + Moving()
                                .Replace(Regex.Escape(match.Groups[2].Value.ReplaceLineEndings("")), "[^\"]*")
                                .Replace("…", ".*", StringComparison.Ordinal),
                        RegexOptions.Singleline
                    )
                )
            );

    /// <summary>The first answer, whatever it says: the port opens once the service runs.</summary>
    private static async Task<string> UntilAnsweredAsync(HttpClient http, string address, System.Diagnostics.Process service)
    {
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
                return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException)
            {
                Assert.False(service.HasExited, "The service ended.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    private static string Section(int number) =>
        Regex
            .Split(s_page, "^(?=## )", RegexOptions.Multiline)
            .Single(section => section.StartsWith($"## {number}. ", StringComparison.Ordinal));

    private static string Code(int section) => CodeBlock.Find(Section(section)).Single().Code;

    private static string Block(int section, string language) =>
        Regex
            .Match(Section(section), $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .Groups[1]
            .Value;

    [GeneratedRegex(@"^\$ (.+)\n((?:(?!\$ |```).+\n)+)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    /// <summary>In an escaped text: the beginning of a version, and seconds.</summary>
    [GeneratedRegex(@"[0-9a-f]{8}(?=…)|\d+\\\.\d{3}")]
    private static partial Regex Moving();

    [GeneratedRegex("<PackageReference (.+) />")]
    private static partial Regex Package();

    [GeneratedRegex(@"is answered\s+`([^`]+)`")]
    private static partial Regex Quoted();
}
