using System.CommandLine;
using Strongroom.Cli.Input;

namespace Strongroom.Cli.Commands;

/// <summary>
/// <c>help [COMMAND]</c>: the same as <c>--help</c>, for who types that first. <see cref="CommandLine"/> reads it as that.
/// </summary>
internal static class HelpCommand
{
    internal static Command Create() =>
        new ExampleCommand("help", "Shows the help of a command, as --help does.", "strongroom help run")
        {
            new Argument<string?>("COMMAND")
            {
                Description = "The command. Default: all of them, a line each.",
                Arity = ArgumentArity.ZeroOrOne,
            },
        };
}
