using Strongroom.Cli.Output;
using Strongroom.Operations;

namespace Strongroom.Cli.Session;

/// <summary>
/// A change that the backend was asked for and that Ctrl-C gave up: nobody knows whether it was made, and that is said.
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
                "interrupted while the backend was asked for the change, so it may have been made",
                $"'strongroom history {name.Path}' shows whether it was.",
                "Interrupted"
            );
        }
    }
}
