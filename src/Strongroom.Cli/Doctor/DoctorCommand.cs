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
            Description = "The service whose declaration it must be.",
            HelpName = "S",
        };
        var declaration = DeclarationOption.Create();
        var migrations = MigrationsOption.Create("Default: the one beside the declaration.");
        var command = new ExampleCommand(
            "doctor",
            "Looks at settings, backend, login, secrets, ages, clock, database and journal, and says what to do about each "
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

    private static async Task RunAsync(CommandContext context, DoctorRun examination, CancellationToken ct)
    {
        await examination.RunAsync(ct);
        var faults = examination.Findings.Count(finding => finding.IsFault);
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(
                new DoctorShape(
                    faults == 0,
                    examination.RestartWouldSucceed,
                    examination.Declaration?.Service,
                    examination.Findings
                ),
                DoctorJson.Default.DoctorShape
            );
        }
        else
        {
            context.Terminal.Table(
                ["state", "check", "what was found, and what to do"],
                [
                    .. examination.Findings.Select(finding =>
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
                $"{Quantity.Format(faults, "fault was", "faults were")} found",
                "What to do about each stands behind its arrow.",
                "FaultsFound"
            );
    }
}
