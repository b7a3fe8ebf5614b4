using System.CommandLine;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;

namespace Strongroom.Cli.Migration;

/// <summary>
/// <c>migrate FILE</c>: from a <c>.env</c> to a backend; the plan first, and nothing that is there is ever overwritten.
/// </summary>
internal static class MigrateCommand
{
    internal static Command Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The .env file." };
        var apply = new Option<bool>("--apply")
        {
            Description = "Writes what is new to the backend, reads it back, and writes the template.",
        };
        var compare = new Option<bool>("--compare")
        {
            Description = "Compares file and backend by keyed hashes. Exit code 7 if they differ.",
        };
        var finish = new Option<string>("--finish")
        {
            Description =
                "Ends the plain file: 'encrypt' keeps it sealed for 30 days with its key in the backend, 'destroy' removes it.",
            HelpName = $"{MigrationFinish.Encrypt}|{MigrationFinish.Destroy}",
        };
        finish.AcceptOnlyFromAmong(MigrationFinish.Encrypt, MigrationFinish.Destroy);
        var restore = new Option<bool>("--restore")
        {
            Description = "Restores the plain file from the sealed one, for a rollback.",
        };
        var services = new Option<string[]>("--service")
        {
            Description = "Only what this service declares. Repeatable.",
            HelpName = "S",
        };
        var declarations = DeclarationOption.CreateMany();
        var template = new Option<string>("--template")
        {
            Description = "Where --apply writes the template. Default: FILE.template.",
            HelpName = "PATH",
        };
        var secret = new Option<string[]>("--secret")
        {
            Description = "VAR is a secret; VAR=NAME says which. A glob names several. Repeatable; kept in FILE.decisions.",
            HelpName = "VAR[=NAME]",
        };
        var plain = new Option<string[]>("--plain")
        {
            Description =
                "VAR is no secret: the template may contain its value. A glob names several. Repeatable; kept in FILE.decisions.",
            HelpName = "VAR",
        };
        var drop = new Option<string[]>("--drop")
        {
            Description = "With --finish: the value of VAR may be lost. A glob names several. Repeatable.",
            HelpName = "VAR",
        };
        var yes = Input.YesOption.Create();
        var command = new ExampleCommand(
            "migrate",
            "Moves the secrets of a .env file to the backend; shows the plan without --apply, --compare, --finish and --restore.",
            "strongroom migrate .env --declaration trading/*/secrets.json",
            "strongroom migrate .env --service risk_manager --apply --declaration trading/RiskManager/secrets.json",
            "strongroom migrate .env --apply --secret RELAY=smtp/relay --plain 'THEME_*'",
            "strongroom migrate .env --compare",
            "strongroom migrate .env --finish encrypt --yes"
        )
        {
            file,
            apply,
            compare,
            finish,
            restore,
            services,
            declarations,
            secret,
            plain,
            drop,
            template,
            yes,
        };
        command.Does(context, async (parsed, ct) =>
        {
            var path = context.CommandEnvironment.FullPath(parsed.GetValue(file)!);
            if (
                (parsed.GetValue(apply) ? 1 : 0)
                    + (parsed.GetValue(compare) ? 1 : 0)
                    + (parsed.GetValue(finish) is null ? 0 : 1)
                    + (parsed.GetValue(restore) ? 1 : 0)
                > 1
            )
                throw CommandException.Usage(
                    "--apply, --compare, --finish and --restore are steps of their own",
                    "Give one of them."
                );
            var declared = DeclarationOption.LoadMany(context, parsed.GetValue(declarations) ?? []);
            IReadOnlyList<string> only = parsed.GetValue(services) ?? [];
            var goal = parsed.GetValue(finish);
            IReadOnlyList<string> drops = parsed.GetValue(drop) ?? [];
            if (drops.Count > 0 && goal is null)
                throw CommandException.Usage(
                    "--drop is about what --finish would lose",
                    "Leave it out, or give it with --finish."
                );
            var scope = new MigrationScope(declared, only, parsed.GetValue(secret) ?? [], parsed.GetValue(plain) ?? []);
            var templatePath = context.CommandEnvironment.FullPath(parsed.GetValue(template) ?? path + ".template");
            if (goal is not null || parsed.GetValue(restore))
            {
                if (only.Count > 0)
                    throw CommandException.Usage("--finish and --restore are about the whole file", "Leave --service out.");
                await FinishAsync(context, path, scope, goal, templatePath, drops, parsed.GetValue(yes), ct);
                return;
            }
            using var run = await MigrationRun.OpenAsync(context, path, scope, ct);
            if (parsed.GetValue(compare))
                await CompareAsync(context, run, ct);
            else
                await PlanAsync(context, run, parsed.GetValue(apply), templatePath, ct);
        });
        return command;
    }

    private static async Task PlanAsync(
        CommandContext context,
        MigrationRun run,
        bool applies,
        string template,
        CancellationToken ct
    )
    {
        if (applies)
            RequireBackend(context);
        string? written = null;
        if (!IsEnv(context))
        {
            await using var session = await context.OpenAsync(ct);
            await run.MeetBackendAsync(session, applies, ct);
            written = applies ? await run.WriteTemplateAsync(template, ct) : null;
        }
        if (context.Terminal.IsJson)
            context.Terminal.Json(
                new MigrationShape(applies, context.Settings.BackendName, written, [.. run.Entries.Select(EntryShape.Of)]),
                MigrationJson.Default.MigrationShape
            );
        else
            Show(context, run);
        if (!context.Terminal.IsJson && context.Terminal.IsErrorTerminal)
            context.Terminal.Note(written is null ? "nothing was written; --apply does it" : $"template {template}: {written}");
        if (run.Undecided is { Count: > 0 } open)
        {
            context.Terminal.Warn(
                $"{Quantity.Format(open.Count, "variable is", "variables are")} undecided: "
                    + $"{string.Join(", ", open.Select(entry => entry.Variable))}. Until --secret VAR or --plain VAR decides, "
                    + "the template has a placeholder "
                    + "and the backend nothing; --finish waits for it."
            );
        }
        if (run.Weak.Count() is > 0 and var weak)
            context.Terminal.Warn(
                $"{Quantity.Format(weak, "value is", "values are")} short or guessed first; what is in use is taken as it is: "
                    + $"rotate {(weak == 1 ? "it" : "them")}"
            );
        if (run.Conflicts.Count() is > 0 and var count)
        {
            throw new CommandException(
                ExitCodes.VerificationFailed,
                $"{Quantity.Format(count, "conflict")}: what is in the backend, or twice in the file, is another value; nothing "
                    + "was overwritten",
                "Decide which value is right: 'strongroom set NAME' changes the backend, an editor the file. Then run it again.",
                nameof(SecretErrorCode.Conflict)
            );
        }
    }

    private static void Show(CommandContext context, MigrationRun run) =>
        context.Terminal.Table(
            ["variable", "kind", "name", "state", "why"],
            [
                .. run.Entries.Select(entry =>
                    (IReadOnlyList<string>)
                        [
                            entry.Variable,
                            entry.Kind.ToString().ToLowerInvariant(),
                            entry.Place?.ToString() ?? "-",
                            entry.State.Length == 0 ? "-" : entry.State,
                            WhyOf(entry),
                        ]
                ),
            ]
        );

    private static string WhyOf(PlannedEntry entry) =>
        entry.Weakness is { } weak ? $"{entry.Reason}; weak ({weak}): rotate it" : entry.Reason;

    private static async Task CompareAsync(CommandContext context, MigrationRun run, CancellationToken ct)
    {
        RequireBackend(context);
        await using var session = await context.OpenAsync(ct);
        var rows = await Parity.CompareAsync(context, session, run.Stored, ct);
        var differing = rows.Count(row => row.State != EntryState.Equal);
        if (context.Terminal.IsJson)
            context.Terminal.Json(new ParityShape(differing == 0, rows), MigrationJson.Default.ParityShape);
        else
            context.Terminal.Table(
                ["variable", "name", "state", "file", "backend"],
                [.. rows.Select(row => (IReadOnlyList<string>)[row.Variable, row.Name, row.State, row.File, row.Backend])]
            );
        if (differing > 0)
            throw Unequal(differing);
    }

    private static async Task FinishAsync(
        CommandContext context,
        string path,
        MigrationScope scope,
        string? goal,
        string template,
        IReadOnlyList<string> drops,
        bool isConfirmed,
        CancellationToken ct
    )
    {
        RequireBackend(context);
        await using var session = await context.OpenAsync(ct);
        var finish = new MigrationFinish(context, session, path);
        if (goal is null)
        {
            await finish.RestoreAsync(ct);
            context.Terminal.Note($"{path} is back in plain text; finish it again when the rollback is over");
            return;
        }
        var destroys = goal == MigrationFinish.Destroy;
        MigrationReceipt receipt;
        if (finish.IsGone)
        {
            receipt = await finish.FinishGoneAsync(destroys, drops, isConfirmed, ct);
        }
        else
        {
            using var run = await MigrationRun.OpenAsync(context, path, scope, ct);
            var rows = await Parity.CompareAsync(context, session, run.Stored, ct);
            var fates = MigrationOutcomes.Settle(run, rows, template, drops, destroys);
            await Question.ConfirmAsync(
                context.Terminal,
                destroys ? $"Destroy {path}? There is no way back." : $"Seal {path} for 30 days and remove it in plain text?",
                isConfirmed,
                ct
            );
            if (!File.Exists(template))
                await run.WriteTemplateAsync(template, ct);
            receipt = await finish.FinishAsync(run, destroys, rows, fates, ct);
        }
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(receipt, MigrationJson.Default.MigrationReceipt);
            return;
        }
        context.Terminal.Line($"{path} is {receipt.Done}; the receipt is {MigrationReceipt.PathOf(path)}");
        if (
            receipt.Entries?.Where(entry => entry.Outcome == MigrationOutcome.Dropped).Select(entry => entry.Variable).ToList() is
            { Count: > 0 } dropped
        )
            context.Terminal.Note($"dropped: {string.Join(", ", dropped)}");
        context.Terminal.Note($"{Quantity.Format(receipt.Secrets.Count, "secret")} stood in it, exposed until rotated");
    }

    private static bool IsEnv(CommandContext context) => context.Settings.BackendName == BackendNames.Env;

    private static void RequireBackend(CommandContext context)
    {
        if (IsEnv(context))
        {
            throw new CommandException(
                ExitCodes.Refused,
                "SECRET_BACKEND is env, which is where the secrets come from; nothing was done",
                "Name where they are to go: SECRET_BACKEND=vault.",
                nameof(SecretErrorCode.Unsupported)
            );
        }
    }

    internal static CommandException Unequal(int count) =>
        new(
            ExitCodes.VerificationFailed,
            $"{Quantity.Format(count, "secret of the file is", "secrets of the file are")} not the same in the backend",
            "'strongroom migrate FILE' shows which; --apply writes those that are missing.",
            "ParityDiffers"
        );
}
