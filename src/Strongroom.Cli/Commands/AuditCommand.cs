using System.CommandLine;
using Strongroom.Audit;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Commands;

/// <summary><c>audit</c>: who did what with which secret, newest last.</summary>
internal static class AuditCommand
{
    private const int DefaultLimit = 100;
    private const int MostRows = 1_000_000;

    private static readonly string[] s_outcomes = [.. Enum.GetValues<AccessOutcome>().Select(Word)];

    internal static Command Create(CommandContext context)
    {
        var since = new Option<string>("--since")
        {
            Description = "Rows of the last 90m, 24h, 7d, or since a time such as 2026-01-31T08:00Z.",
            HelpName = "WHEN",
        };
        var service = new Option<string>("--service")
        {
            Description = "Rows of this service; the id of this command is 'strongroom'.",
            HelpName = "ID",
        };
        var actor = new Option<string>("--actor")
        {
            Description = "Rows whose actor contains this text, such as token-jo.",
            HelpName = "TEXT",
        };
        var name = new Option<string>("--name") { Description = "Rows about this secret.", HelpName = "NAME" };
        var outcome = new Option<string>("--outcome")
        {
            Description = "Rows with this outcome.",
            HelpName = string.Join('|', s_outcomes),
        };
        outcome.AcceptOnlyFromAmong(s_outcomes);
        var limit = new Option<int>("--limit")
        {
            Description = "At most this many rows, the newest.",
            HelpName = $"1..{MostRows}",
            DefaultValueFactory = _ => DefaultLimit,
        };
        var command = new ExampleCommand(
            "audit",
            "Shows the audit: who did what with which secret, newest last.",
            "strongroom audit --since 24h",
            "strongroom audit --service execution_gateway --outcome denied",
            "strongroom audit --actor 'login name' --since 7d",
            "strongroom audit --name alpaca/api_key_id --limit 1000 --output json"
        )
        {
            since,
            service,
            actor,
            name,
            outcome,
            limit,
        };
        command.Does(context, (parsed, ct) => RunAsync(
                context,
                new AccessFilter
                {
                    Since = parsed.GetValue(since) is { } when
                        ? Timestamps.Parse(when, context.Time.GetUtcNow())
                            ?? throw CommandException.Usage("--since is not a time", "Write 90m, 24h, 7d, or 2026-01-31T08:00Z.")
                        : null,
                    Service = parsed.GetValue(service),
                    Actor = parsed.GetValue(actor),
                    Name = parsed.GetValue(name),
                    Outcome = parsed.GetValue(outcome) is { } ended ? Enum.Parse<AccessOutcome>(ended, ignoreCase: true) : null,
                    Limit = parsed.GetValue(limit) is var most and > 0 and <= MostRows
                        ? most
                        : throw CommandException.Usage(
                            $"--limit must be 1 to {MostRows}",
                            "Narrow it down with --since, --service or --name."
                        ),
                },
                ct
            ));
        return command;
    }

    private static async Task RunAsync(CommandContext context, AccessFilter filter, CancellationToken ct)
    {
        await using var session = await context.OpenAsync(ct);
        var rows = await context.Terminal.WaitAsync($"asking {session.Database.Location}", context.Time, async () =>
        {
            var found = new List<AccessRow>();
            await foreach (var row in session.AuditStore.QueryAsync(filter, ct))
                found.Add(row);
            return found;
        });
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(writer => AuditRowsJson.Write(writer, rows));
            return;
        }
        Show(context.Terminal, rows);
        if (rows.Count == filter.Limit && context.Terminal.IsErrorTerminal)
            context.Terminal.Note($"these are the newest {Quantity.Format(rows.Count, "row")}; --limit shows more");
    }

    /// <summary>A terminal shows the columns that fit into 80 characters, a pipe all of them.</summary>
    private static void Show(Terminal terminal, List<AccessRow> rows)
    {
        if (terminal.IsOutputTerminal)
        {
            terminal.Table(
                ["at", "service", "action", "name", "actor"],
                [
                    .. rows.Select(row =>
                        (IReadOnlyList<string>)[Timestamps.Text(row.LastAt), row.Service, Done(row), row.Name, row.Actor]
                    ),
                ]
            );
            return;
        }
        terminal.Table(
            ["at", "service", "operation", "name", "outcome", "source", "version", "count", "actor"],
            [
                .. rows.Select(row =>
                    (IReadOnlyList<string>)
                        [
                            Timestamps.Text(row.LastAt),
                            row.Service,
                            Word(row.Operation),
                            row.Name,
                            Word(row.Outcome),
                            Word(row.Source),
                            row.Version,
                            $"{row.AccessCount}",
                            row.Actor,
                        ]
                ),
            ]
        );
    }

    private static string Done(AccessRow row) =>
        row.Outcome == AccessOutcome.Success ? Word(row.Operation) : $"{Word(row.Operation)}: {Word(row.Outcome)}";

    internal static string Word<T>(T number)
        where T : struct, Enum => number.ToString().ToLowerInvariant();
}
