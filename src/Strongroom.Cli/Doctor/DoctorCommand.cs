using System.CommandLine;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Doctor;

/// <summary><c>doctor</c>: what is wrong between a service and its secrets, and what to do about each fault.</summary>
internal static class DoctorCommand
{
    internal static Command Create(CommandContext context)
    {
        var service = new Option<string>("--service")
        {
            Description = "The service that the declaration must belong to.",
            HelpName = "S",
        };
        var declaration = DeclarationOption.Create();
        var migrations = MigrationsOption.Create("Default: the folder next to the declaration.");
        var command = new ExampleCommand(
            "doctor",
            "Checks settings, backend, login, secrets and their age, clock, database and journal, and says how to fix each "
                + "fault.",
            "strongroom doctor",
            "strongroom doctor --declaration trading/RiskManager/secrets.json",
            "strongroom doctor --service risk_manager --output json"
        )
        {
            service,
            declaration,
            migrations,
        };
        command.Does(context, (parsed, ct) =>
            RunAsync(
                context,
                new DoctorRun(context, parsed.GetValue(declaration), parsed.GetValue(service), parsed.GetValue(migrations) ?? []),
                ct
            )
        );
        return command;
    }

    private static async Task RunAsync(CommandContext context, DoctorRun run, CancellationToken ct)
    {
        await run.RunAsync(ct);
        var faults = run.Findings.Count(finding => finding.IsFault);
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(
                new DoctorShape(faults == 0, run.RestartWouldSucceed, run.Declaration?.Service, run.Findings),
                DoctorJson.Default.DoctorShape
            );
        }
        else
        {
            context.Terminal.Table(
                ["state", "check", "finding, and what to do"],
                [
                    .. run.Findings.Select(finding =>
                        (IReadOnlyList<string>)
                            [
                                finding.State,
                                finding.Check,
                                finding.Remedy is null ? finding.Detail : $"{finding.Detail.TrimEnd('.')}. → {finding.Remedy}",
                            ]
                    ),
                ]
            );
        }
        if (faults > 0)
            throw new CommandException(
                ExitCodes.VerificationFailed,
                $"{Quantity.Format(faults, "fault")} found",
                "The remedy for each follows its arrow.",
                "FaultsFound"
            );
    }
}
