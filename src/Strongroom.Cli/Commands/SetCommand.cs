using System.CommandLine;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Commands;

/// <summary><c>set NAME</c>: the value comes from stdin or a hidden prompt, never from the command line.</summary>
internal static class SetCommand
{
    internal static Command Create(CommandContext context)
    {
        var name = new SecretNameArgument();
        // Accepted only to be refused with a reason; its content is not read.
        var pasted = new Argument<string[]>("VALUE") { Hidden = true, Arity = ArgumentArity.ZeroOrMore };
        var absent = new Option<bool>("--if-absent") { Description = "Stores only if the secret does not exist." };
        var version = SecretVersionOption.Create("--if-version", "Stores only if this version is the current one.");
        var raw = new Option<bool>("--raw")
        {
            Description = "Takes stdin unchanged; otherwise one trailing line end is removed.",
        };
        var command = new ExampleCommand(
            "set",
            "Stores a value from stdin or a hidden prompt. With NAME#FIELD, the other fields are kept.",
            "strongroom set alpaca/api_key_id",
            "openssl rand -base64 32 | strongroom set webhook/key --if-absent",
            "strongroom set tls/key --raw < key.der",
            "strongroom set database/password --if-version 4 < new-password"
        )
        {
            name.Argument,
            pasted,
            absent,
            version,
            raw,
        };
        command.Does(context, (parsed, ct) =>
        {
            if (parsed.GetValue(pasted) is { Length: > 0 })
            {
                throw CommandException.Usage(
                    "a value on the command line is refused: every user of this machine can see it in the process list, and "
                        + "the shell keeps it in its history",
                    "Give it on stdin or at the prompt, and rotate the value that was typed: it is exposed."
                );
            }
            if (parsed.GetValue(absent) && parsed.GetValue(version) is not null)
                throw CommandException.Usage("--if-absent and --if-version cannot be combined", "Give one of them.");
            var condition =
                SecretVersionOption.Read(parsed, version) is { } expected ? SetCondition.Version(expected)
                : parsed.GetValue(absent) ? SetCondition.Absent
                : default;
            if (parsed.GetValue(name.Argument)!.Contains('=', StringComparison.Ordinal))
            {
                throw CommandException.Usage(
                    "NAME contains '=', as if a value followed; a value on the command line is refused, and nothing was stored",
                    "Give the name alone, and the value on stdin or at the prompt. If a value was typed, rotate it: it is "
                        + "exposed."
                );
            }
            return RunAsync(context, name.Read(parsed), condition, parsed.GetValue(raw), ct);
        });
        return command;
    }

    private static async Task RunAsync(
        CommandContext context,
        SecretName name,
        SetCondition condition,
        bool raw,
        CancellationToken ct
    )
    {
        // Invalid settings are reported before a person types a long value.
        var environment = context.Settings.Environment;
        using var value = await ValueInput.ReadAsync(context.Terminal, name, raw, ct);
        if (environment != DeploymentEnvironment.Local && WeakValues.ProblemOf(value) is { } weak)
        {
            throw new CommandException(
                ExitCodes.Refused,
                $"the value {weak}, which {context.Settings.EnvironmentName} does not accept; nothing was stored",
                "Generate a strong one: openssl rand -base64 32 | strongroom set NAME",
                nameof(SecretErrorCode.ValueInvalid)
            );
        }
        await using var session = await context.OpenAsync(ct);
        var most = session.Backend.Capabilities.MaxValueBytes;
        if (value.ByteCount > most)
            throw CommandException.Usage(
                $"the value has {Quantity.Format(value.ByteCount, "byte")}, and the {session.Backend.Name} backend accepts "
                    + $"{most}; nothing was stored",
                "Store an encryption key here, and the encrypted data elsewhere."
            );
        var version = await session.ChangeAsync(context, name, () => session.Manager.SetAsync(name, value, condition, ct), ct);
        if (context.Terminal.IsJson)
            context.Terminal.Json(
                new ChangeShape("set", name.ToString(), version.Id, session.Backend.Name),
                ChangeJson.Default.ChangeShape
            );
        else
        {
            context.Terminal.Line($"{name} is version {version}");
            RefreshNotice.Write(context);
        }
    }
}
