using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Published;

/// <summary>
/// The same scripts on the delivered file, which lies alone in an empty folder. Those that need a terminal run in this process
/// only.
/// </summary>
public class PublishedScriptTests
{
    public static TheoryData<string, string> Scripts()
    {
        var data = new TheoryData<string, string>();
        foreach (var script in ScriptFile.All().Where(script => !script.NeedsTerminal))
        {
            foreach (var backend in script.Backends)
                data.Add(script.Name, backend);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Script_gives_the_same_on_the_published_file(string name, string backend)
    {
        var file = await PublishedFile.RequireAsync();
        await using var fixture = await ScriptFixture.OpenAsync(backend);
        await new ScriptRun(ScriptFile.Read(name), fixture, (_, arguments, input) =>
            PublishedProcess.RunAsync(file, arguments, fixture.Variables, fixture.Folder, input)
        ).RunAsync();
    }
}
