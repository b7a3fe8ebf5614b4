using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Commands;

/// <summary>The scripts in the shells that they are for, at a real terminal, as a user presses Tab.</summary>
public class CompletionsTests
{
    public static TheoryData<string, string[]> Shells() =>
        new()
        {
            { "bash", ["/bin/bash", "--norc", "--noprofile", "-i"] },
            { "zsh", ["/usr/bin/zsh", "-f", "-i"] },
            {
                "fish",
                [
                    "/usr/bin/fish",
                    "--no-config",
                    "-C",
                    "function fish_prompt; printf '$ '; end; set -g fish_autosuggestion_enabled 0",
                    "-i",
                ]
            },
        };

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Tab_completes_commands_and_options(string shell, string[] program)
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        await using var pane = await TmuxPane.StartAsync(fixture, program);
        await pane.RunAsync(
            shell switch
            {
                "bash" => "eval \"$(strongroom completions bash)\"",
                // As a user's own start does it; the user's folders are not looked through.
                "zsh" => "autoload -Uz compinit; compinit -u -d ./zcompdump; eval \"$(strongroom completions zsh)\"",
                _ => "strongroom completions fish | source",
            }
        );

        await AssertCompletedAsync(pane, "strongroom rollb", "$ strongroom rollback");
        await AssertCompletedAsync(pane, "strongroom get --rev", "$ strongroom get --reveal");
        await AssertCompletedAsync(pane, "strongroom breaker cl", "$ strongroom breaker clear");
    }

    private static async Task AssertCompletedAsync(TmuxPane pane, string typed, string completed)
    {
        await pane.ClearAsync();
        await pane.TypeAsync(typed);
        await pane.UntilAsync(screen => screen.EndsWith(typed, StringComparison.Ordinal));
        await pane.PressAsync("Tab");
        await pane.UntilAsync(screen => screen == completed);
        await pane.PressAsync("C-u");
    }
}
