using System.CommandLine;
using System.Text.Json;
using System.Text.Unicode;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Commands;

/// <summary><c>get NAME</c>: piped, the value and nothing else; on a terminal <c>***</c> and what is known about it.</summary>
internal static class GetCommand
{
    internal static Command Create(CommandContext context)
    {
        var name = new SecretNameArgument();
        var version = SecretVersionOption.Create(
            "--version",
            "An older version, as 'strongroom history NAME' lists them. Default: the current one."
        );
        var reveal = new Option<bool>("--reveal") { Description = "Shows the value on a terminal too, where others may see it." };
        var command = new ExampleCommand(
            "get",
            "Prints a secret's value; on a terminal, *** and what is known about it.",
            "strongroom get alpaca/api_key_id",
            "strongroom get alpaca/credentials#api_key_id --reveal",
            "strongroom get database/password --version 3 | wc --bytes",
            "strongroom get redis/password --output json"
        )
        {
            name.Argument,
            version,
            reveal,
        };
        command.Does(context, (parsed, ct) =>
            RunAsync(context, name.Read(parsed), SecretVersionOption.Read(parsed, version), parsed.GetValue(reveal), ct)
        );
        return command;
    }

    private static async Task RunAsync(
        CommandContext context,
        SecretName name,
        SecretVersion? version,
        bool reveal,
        CancellationToken ct
    )
    {
        await using var session = await context.OpenAsync(ct);
        var secret = await MissingSecrets.WithNearNamesAsync(
            session,
            name,
            () =>
                context.Terminal.WaitAsync($"waiting for {session.Backend.Name}", context.Time, async () =>
                    version is { } wanted
                        ? await session.Versions.GetAsync(name, wanted, ct)
                        : await session.Manager.GetAsync(name, ct)
                ),
            ct
        );
        var shown = reveal || !context.Terminal.IsOutputTerminal;
        if (context.Terminal.IsJson)
            context.Terminal.Json(writer => Write(writer, secret, session.Backend.Name, shown));
        else if (shown)
            context.Terminal.Value(secret.Value);
        else
            Describe(context.Terminal, secret, session.Backend.Name);
    }

    private static void Describe(Terminal terminal, Secret secret, string backend)
    {
        terminal.Facts(
            ("name", secret.Name.ToString()),
            ("value", $"{SecretValue.Mask} ({Quantity.Format(secret.Value.ByteCount, "byte")})"),
            ("version", secret.Version.Id),
            ("created", Timestamps.Text(secret.CreatedAt)),
            ("backend", backend)
        );
        if (terminal.IsErrorTerminal)
            terminal.Note("--reveal shows the value");
    }

    /// <summary>By hand, so that the value goes from its pinned bytes into the output and nowhere else.</summary>
    private static void Write(Utf8JsonWriter writer, Secret secret, string backend, bool shown)
    {
        writer.WriteStartObject();
        writer.WriteString("name", secret.Name.ToString());
        writer.WriteString("version", secret.Version.Id);
        if (secret.CreatedAt is { } created)
            writer.WriteString("createdAt", created);
        else
            writer.WriteNull("createdAt");
        writer.WriteString("backend", backend);
        writer.WriteNumber("bytes", secret.Value.ByteCount);
        if (shown)
        {
            secret.Value.Reveal(writer, static (utf8, into) =>
            {
                if (Utf8.IsValid(utf8))
                    into.WriteString("value", utf8);
                else
                    into.WriteBase64String("valueBase64", utf8);
                return 0;
            });
        }
        else
        {
            writer.WriteString("value", SecretValue.Mask);
        }
        writer.WriteEndObject();
    }
}
