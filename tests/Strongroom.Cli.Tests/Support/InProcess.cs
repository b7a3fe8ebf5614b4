using System.Text;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Tests.Support;

/// <summary>Runs a command in this process, with streams, variables and keys of its own.</summary>
internal static class InProcess
{
    internal static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> variables,
        string folder,
        byte[] input,
        IReadOnlySet<string>? terminals = null,
        string keys = ""
    )
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var pressed = new Queue<ConsoleKeyInfo>(Pressed(keys));
        var terminal = new Terminal(
            new TerminalDevices
            {
                Input = new MemoryStream(input),
                Output = output,
                Error = error,
                IsInputTerminal = terminals?.Contains("in") == true,
                IsOutputTerminal = terminals?.Contains("out") == true,
                IsErrorTerminal = terminals?.Contains("err") == true,
                ReadKey = pressed.Dequeue,
            }
        );
        var context = new CommandContext(
            new CommandEnvironment { Variables = new Dictionary<string, string>(variables), Folder = folder },
            terminal
        );
        var exitCode = await CommandLine.RunAsync(arguments, context);
        return new CommandResult(exitCode, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary><c>^M</c> is Enter, <c>^C</c> Ctrl-C, <c>^H</c> Backspace.</summary>
    private static IEnumerable<ConsoleKeyInfo> Pressed(string keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != '^')
            {
                yield return new ConsoleKeyInfo(keys[i], default, shift: false, alt: false, control: false);
                continue;
            }
            yield return keys[++i] switch
            {
                'M' => new ConsoleKeyInfo('\r', ConsoleKey.Enter, shift: false, alt: false, control: false),
                'H' => new ConsoleKeyInfo('\b', ConsoleKey.Backspace, shift: false, alt: false, control: false),
                _ => new ConsoleKeyInfo('\u0003', ConsoleKey.C, shift: false, alt: false, control: true),
            };
        }
    }
}
