using Strongroom.Cli.Output;

namespace Strongroom.Cli.Input;

/// <summary>
/// Asks the person at the terminal, key by key: what is typed for a secret is never shown, and Ctrl-C interrupts.
/// </summary>
internal static class Question
{
    private const int LongestTyped = 64 * 1024;

    /// <summary>Asks for confirmation. Without a terminal, <c>--yes</c> is required.</summary>
    /// <exception cref="CommandException">There is no terminal to ask on, or the answer is no.</exception>
    internal static async Task ConfirmAsync(Terminal terminal, string question, bool isSaid, CancellationToken ct)
    {
        if (isSaid)
            return;
        if (!terminal.IsInputTerminal || !terminal.IsErrorTerminal)
            throw CommandException.Usage("this needs confirmation, and there is no terminal to ask on", "Add --yes to confirm.");
        var answer = await PromptAsync(terminal, $"{question} [y/N]", () => ReadKeyAsync(terminal, ct));
        if (answer.KeyChar is not ('y' or 'Y'))
            throw new CommandException(ExitCodes.Usage, "not confirmed; nothing was changed", "Answer y, or add --yes.");
    }

    /// <summary>Reads a line that is not shown.</summary>
    internal static Task<SecretValue> ReadHiddenAsync(Terminal terminal, string prompt, CancellationToken ct) =>
        PromptAsync(terminal, prompt, async () =>
        {
            var typed = GC.AllocateArray<char>(LongestTyped, pinned: true);
            var length = 0;
            try
            {
                while (true)
                {
                    var key = await ReadKeyAsync(terminal, ct);
                    if (key.Key == ConsoleKey.Enter || key.KeyChar is '\r' or '\n')
                        return SecretValue.FromText(typed.AsSpan(0, length));
                    if (key.Key == ConsoleKey.Backspace)
                        length = Math.Max(0, length - 1);
                    else if (!char.IsControl(key.KeyChar) && length < typed.Length)
                        typed[length++] = key.KeyChar;
                }
            }
            catch (ArgumentException)
            {
                throw CommandException.Usage("the typed value is not valid text", "Give the value on stdin instead.");
            }
            finally
            {
                Array.Clear(typed);
            }
        });

    private static async Task<T> PromptAsync<T>(Terminal terminal, string prompt, Func<Task<T>> read)
    {
        // Before the prompt, which invites typing.
        terminal.Devices.HideKeys(true);
        terminal.Prompt(prompt);
        try
        {
            return await read();
        }
        finally
        {
            terminal.Devices.HideKeys(false);
            terminal.EndPrompt();
        }
    }

    /// <summary>A signal ends the wait too: no key may ever be pressed.</summary>
    private static async Task<ConsoleKeyInfo> ReadKeyAsync(Terminal terminal, CancellationToken ct)
    {
        var key = await Task.Run(terminal.Devices.ReadKey, CancellationToken.None).WaitAsync(ct);
        return IsInterrupt(key) ? throw new OperationCanceledException() : key;
    }

    private static bool IsInterrupt(ConsoleKeyInfo key) =>
        key.KeyChar == '\u0003' || (key.Key == ConsoleKey.C && key.Modifiers.HasFlag(ConsoleModifiers.Control));
}
