using System.CommandLine;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Commands;

/// <summary><c>rollback NAME --to V</c>: makes an older version current again, or restores a deleted secret.</summary>
internal static class RollbackCommand
{
    internal static Command Create(CommandContext context)
    {
        var name = new SecretNameArgument();
        var to = SecretVersionOption.Create("--to", "The version to make current.");
        to.Required = true;
        var yes = YesOption.Create();
        var command = new ExampleCommand(
            "rollback",
            "Makes an older version current again, or restores a deleted secret.",
            "strongroom rollback alpaca/credentials --to 3",
            "strongroom rollback alpaca/credentials --to 3 --yes"
        )
        {
            name.Argument,
            to,
            yes,
        };
        command.Does(context, (parsed, ct) =>
            RunAsync(context, name.Read(parsed), SecretVersionOption.Read(parsed, to)!.Value, parsed.GetValue(yes), ct)
        );
        return command;
    }

    private static async Task RunAsync(CommandContext context, SecretName name, SecretVersion to, bool yes, CancellationToken ct)
    {
        await Question.ConfirmAsync(
            context.Terminal,
            $"Make version {to} of '{name}' current in {context.Settings.BackendName}, {context.Settings.EnvironmentName}?",
            yes,
            ct
        );
        await using var session = await context.OpenAsync(ct);
        var versions = await HistoryCommand.ReadAsync(context, session, name, ct);
        // The newest one, deleted: it is brought back as it was. Any other becomes a new version with the old content.
        var isUndelete = versions is [{ State: SecretVersionState.Deleted } newest, ..] && newest.Version == to;
        var version = await session.ChangeAsync(
            context,
            name,
            () => session.Versions.RestoreAsync(name, isUndelete ? null : to, ct),
            ct
        );
        if (context.Terminal.IsJson)
            context.Terminal.Json(
                new ChangeShape("rolledBack", name.ToString(), version.Id, session.Backend.Name),
                ChangeJson.Default.ChangeShape
            );
        else
        {
            context.Terminal.Line(
                version == to
                    ? $"{name} is version {version} again"
                    : $"{name} is version {version}, with the content of version {to}"
            );
            RefreshNotice.Write(context);
        }
    }
}
