using System.CommandLine;
using Strongroom.Cli.Input;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Commands;

/// <summary><c>completions SHELL</c>: a script that asks this program, so that it is always current.</summary>
internal static class CompletionsCommand
{
    private const string Bash = """
        # strongroom completions bash > ~/.local/share/bash-completion/completions/strongroom
        _strongroom() {
            local IFS=$'\n' words
            words="$(strongroom "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)"
            COMPREPLY=( $(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _strongroom strongroom

        """;

    private const string Zsh = """
        #compdef strongroom
        # strongroom completions zsh > "${fpath[1]}/_strongroom"
        _strongroom() {
            local -a found
            found=( ${(f)"$(strongroom "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)"} )
            compadd -a found
        }
        compdef _strongroom strongroom

        """;

    private const string Fish = """
        # strongroom completions fish > ~/.config/fish/completions/strongroom.fish
        complete -c strongroom -f -a '(strongroom "[suggest:"(commandline -C)"]" (commandline | string collect) 2>/dev/null)'

        """;

    internal static Command Create(CommandContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell.", HelpName = "bash|zsh|fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new ExampleCommand(
            "completions",
            "Prints a completion script for a shell.",
            "strongroom completions bash > ~/.local/share/bash-completion/completions/strongroom",
            "strongroom completions fish > ~/.config/fish/completions/strongroom.fish"
        )
        {
            shell,
        };
        command.Does(context, (parsed, _) =>
        {
            context.Terminal.Text(
                parsed.GetValue(shell) switch
                {
                    "bash" => Bash,
                    "zsh" => Zsh,
                    _ => Fish,
                }
            );
            return Task.CompletedTask;
        });
        return command;
    }
}
