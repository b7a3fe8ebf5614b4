using System.CommandLine;
using Strongroom.Cli.Commands;
using Strongroom.Cli.Doctor;
using Strongroom.Cli.Input;
using Strongroom.Cli.Migration;
using Strongroom.Cli.Output;
using Strongroom.Cli.Policies;
using Strongroom.Cli.Running;
using Strongroom.Cli.Session;

namespace Strongroom.Cli;

/// <summary>
/// The table of contents: every command is one line here. Small commands and what they share are in <c>Commands</c>, larger ones
/// have a folder; options, arguments and prompts that are not one folder's own are in <c>Input</c>.
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        var environment = CommandEnvironment.OfProcess();
        SystemAuthorities.LeaveOutWhereUnused(environment);
        return CommandLine.RunAsync(args, new CommandContext(environment, new Terminal(TerminalDevices.OfProcess())));
    }

    internal static RootCommand Root(CommandContext context) =>
        new("Reads, writes and manages secrets, through the same audited manager as a service.")
        {
            GetCommand.Create(context),
            ListCommand.Create(context),
            SetCommand.Create(context),
            DeleteCommand.Create(context),
            HistoryCommand.Create(context),
            RollbackCommand.Create(context),
            RunCommand.Create(context),
            MigrateCommand.Create(context),
            PolicyCommand.Create(context),
            DoctorCommand.Create(context),
            BreakerCommand.Create(context),
            AuditCommand.Create(context),
            DatabaseCommand.Create(context),
            CompletionsCommand.Create(context),
            HelpCommand.Create(),
        };
}
