using System.CommandLine;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Commands;

/// <summary><c>delete NAME</c>: restorable where the backend can.</summary>
internal static class DeleteCommand
{
    internal static Command Create(CommandContext context)
    {
        var name = new SecretNameArgument();
        var yes = YesOption.Create();
        var command = new ExampleCommand(
            "delete",
            "Deletes a secret; it can be restored where the backend supports that.",
            "strongroom delete webhook/old_key",
            "strongroom delete webhook/old_key --yes"
        )
        {
            name.Argument,
            yes,
        };
        command.Does(context, (parsed, ct) => RunAsync(context, name.Read(parsed), parsed.GetValue(yes), ct));
        return command;
    }

    private static async Task RunAsync(CommandContext context, SecretName name, bool yes, CancellationToken ct)
    {
        await Question.ConfirmAsync(
            context.Terminal,
            $"Delete '{name}' from {context.Settings.BackendName} in {context.Settings.EnvironmentName}?",
            yes,
            ct
        );
        await using var session = await context.OpenAsync(ct);
        await MissingSecrets.WithNearNamesAsync(
            session,
            name,
            () =>
                session.ChangeAsync(
                    context,
                    name,
                    async () =>
                    {
                        await session.Versions.DeleteAsync(name, ct);
                        return true;
                    },
                    ct
                ),
            ct
        );
        // Deleting a field keeps a secret that has others.
        var window = name.Field is null ? session.Backend.Capabilities.RestoreWindow : null;
        var until = context.Time.GetUtcNow() + window;
        if (context.Terminal.IsJson)
            context.Terminal.Json(
                new ChangeShape("deleted", name.ToString(), null, session.Backend.Name) { RestorableUntil = until },
                ChangeJson.Default.ChangeShape
            );
        else
            context.Terminal.Line(
                window is null
                    ? $"{name} is deleted"
                    : $"{name} is deleted; 'strongroom rollback' can restore it for "
                        + $"{Quantity.Format((long)window.Value.TotalDays, "day")}, until {Timestamps.Text(until)}"
            );
    }
}
