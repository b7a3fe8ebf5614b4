using System.CommandLine;
using System.Text.Json.Serialization;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;

namespace Strongroom.Cli.Commands;

/// <summary><c>list [PREFIX]</c>: names, never values.</summary>
internal static class ListCommand
{
    internal static Command Create(CommandContext context)
    {
        var prefix = new Argument<string?>("PREFIX")
        {
            Description = "Only names below it, such as alpaca/. Default: all.",
            DefaultValueFactory = _ => null,
        };
        var command = new ExampleCommand(
            "list",
            "Lists the names of secrets; never values.",
            "strongroom list",
            "strongroom list alpaca/",
            "strongroom list --output json"
        )
        {
            prefix,
        };
        command.Does(context, (parsed, ct) => RunAsync(context, Prefix(parsed.GetValue(prefix)), ct));
        return command;
    }

    private static async Task RunAsync(CommandContext context, string? prefix, CancellationToken ct)
    {
        await using var session = await context.OpenAsync(ct);
        if (!session.Backend.Capabilities.ListsUndeclared && context.Settings.Options.DeclarationPath is null)
        {
            throw new CommandException(
                ExitCodes.Refused,
                $"the {session.Backend.Name} backend can list only declared names, and no declaration is given",
                "Give one: SECRET_DECLARATION=secrets.json.",
                nameof(SecretErrorCode.Unsupported)
            );
        }
        var names = new List<string>();
        SecretRefusedException? stopped = null;
        try
        {
            await context.Terminal.WaitAsync($"listing from {session.Backend.Name}", context.Time, () =>
                CollectAsync(session, prefix, names, ct)
            );
        }
        catch (SecretRefusedException e) when (names.Count > 0)
        {
            // What was listed before it stopped is shown, and then that it is not all.
            stopped = e;
        }
        names.Sort(StringComparer.Ordinal);
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(new NamesShape(names), ListJson.Default.NamesShape);
        }
        else
        {
            names.ForEach(context.Terminal.Line);
            if (names.Count == 0 && context.Terminal.IsErrorTerminal)
                context.Terminal.Note("no secrets found");
        }
        if (stopped is not null)
            throw stopped;
    }

    private static async Task CollectAsync(OperatorSession session, string? prefix, List<string> names, CancellationToken ct)
    {
        await foreach (var name in session.Manager.ListAsync(prefix, ct))
            names.Add(name.ToString());
    }

    private static string? Prefix(string? text) =>
        text?.TrimEnd('/') is not { Length: > 0 } folder ? null
        : SecretName.TryParse(folder, out var name, out var problem) && name.Field is null ? folder
        : throw CommandException.Usage(
            $"PREFIX is not a valid name prefix: {problem ?? "it has a field"}",
            "Give whole segments, such as alpaca/ or team/alpaca/."
        );
}

/// <summary>The result of <c>list</c>.</summary>
internal sealed record NamesShape(IReadOnlyList<string> Names);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NamesShape))]
internal sealed partial class ListJson : JsonSerializerContext;
