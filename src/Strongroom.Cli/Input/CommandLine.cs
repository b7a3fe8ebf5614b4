using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Input;

/// <summary>From the arguments to an exit code. Nothing that was typed is ever quoted: it may be a value.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan s_termination = TimeSpan.FromSeconds(10);

    internal static async Task<int> RunAsync(IReadOnlyList<string> args, CommandContext context)
    {
        var root = Program.Root(context);
        root.Options.Add(OutputOption.Instance);
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples();
        // A response file ('@file') would make a value on the command line out of a file's content.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        context.Terminal.IsJson = OutputOption.IsJson(args);
        if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction)
        {
            var report = ErrorReport.Of(UsageFault.Of(parsed));
            context.Terminal.Error(report);
            return report.ExitCode;
        }
        using var texts = new StringWriter();
        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = texts,
            Error = texts,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = parsed.CommandResult.Command is ExampleCommand { OwnsSignals: true } ? null : s_termination,
        });
        context.Terminal.Text(texts.ToString());
        return exitCode;
    }

    /// <summary>Gives a command what it does; whatever goes wrong in it becomes a report and an exit code.</summary>
    internal static void Does(this Command command, CommandContext context, Func<ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                return await work(parsed, ct);
            }
            catch (Exception e)
            {
                var report = ErrorReport.Of(e);
                context.Terminal.Error(report);
                return report.ExitCode;
            }
        });

    /// <summary>As <see cref="Does(Command, CommandContext, Func{ParseResult, CancellationToken, Task{int}})"/>, for what ends well or throws.</summary>
    internal static void Does(this Command command, CommandContext context, Func<ParseResult, CancellationToken, Task> work) =>
        command.Does(context, async (parsed, ct) =>
        {
            await work(parsed, ct);
            return ExitCodes.Done;
        });
}
