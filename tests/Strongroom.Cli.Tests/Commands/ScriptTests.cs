using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Commands;

/// <summary>Every script, in this process, on every backend that it names.</summary>
public class ScriptTests
{
    public static TheoryData<string, string> Scripts()
    {
        var data = new TheoryData<string, string>();
        foreach (var script in ScriptFile.All())
        {
            foreach (var backend in script.Backends)
                data.Add(script.Name, backend);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Script_gives_what_it_says(string name, string backend)
    {
        var script = ScriptFile.Read(name);
        await using var fixture = await ScriptFixture.OpenAsync(backend);
        await new ScriptRun(script, fixture, (command, arguments, input) =>
            InProcess.RunAsync(
                arguments,
                fixture.Variables,
                fixture.Folder,
                input,
                command.Terminals,
                fixture.Placeholders.Fill(command.Keys)
            )
        ).RunAsync();
    }
}
