using System.CommandLine;
using Strongroom.Cli.Input;

namespace Strongroom.Cli.Commands;

/// <summary>
/// <c>help [COMMAND]</c>: the same as <c>--help</c>. <see cref="CommandLine"/> reads it as that.
/// </summary>
internal static class HelpCommand
{
    internal static Command Create() =>
        new ExampleCommand("help", "Shows the help of a command, like --help.", "strongroom help run")
        {
            new Argument<string?>("COMMAND")
            {
                Description = "The command. Default: an overview of all commands.",
                Arity = ArgumentArity.ZeroOrOne,
            },
        };
}
