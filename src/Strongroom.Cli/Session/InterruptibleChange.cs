using Strongroom.Cli.Output;
using Strongroom.Operations;

namespace Strongroom.Cli.Session;

/// <summary>
/// Reports a change that Ctrl-C interrupted as indeterminate: it may or may not have been made.
/// </summary>
internal static class InterruptibleChange
{
    internal static async Task<T> ChangeAsync<T>(
        this OperatorSession session,
        CommandContext context,
        SecretName name,
        Func<ValueTask<T>> change,
        CancellationToken ct
    )
    {
        try
        {
            return await context.Terminal.WaitAsync($"waiting for {session.Backend.Name}", context.Time, () => change().AsTask());
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCodes.Interrupted,
                "interrupted while the change was in progress; it may or may not have been made",
                $"'strongroom history {name.Path}' shows whether it was.",
                "Interrupted"
            );
        }
    }
}
