using System.Collections.Concurrent;

namespace PaperRun.Tests.Support;

/// <summary>
/// The <c>strongroom</c> command in an operator's hands: one folder, one set of variables, and all that it ever said.
/// </summary>
internal sealed class Command(string folder, IReadOnlyDictionary<string, string> variables)
{
    private readonly ConcurrentQueue<string> _said = [];

    internal string Said => string.Concat(_said);

    /// <summary>Runs it to its end and gives what it printed; it must succeed.</summary>
    internal async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        await using var process = ProgramProcess.Start(Programs.Strongroom, folder, variables, arguments);
        var exit = await process.WaitForExitAsync();
        _said.Enqueue(process.Output + process.Errors);
        Assert.True(exit == 0, $"strongroom {string.Join(' ', arguments)} gave {exit}:\n{process.Errors}");
        return process.Output;
    }
}
