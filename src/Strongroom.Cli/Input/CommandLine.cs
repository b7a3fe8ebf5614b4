using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Input;

/// <summary>From the arguments to an exit code. Nothing that was typed is ever quoted: it may be a value.</summary>
internal static class CommandLine
{
    private const string Help = "help";

    internal static async Task<int> RunAsync(IReadOnlyList<string> args, CommandContext context)
    {
        context.Terminal.IsJson = OutputOption.IsJson(args);
        try
        {
            return await RunAsync(Parse(args, context), context);
        }
        catch (Exception e)
        {
            return Report(context, e);
        }
    }

    private static ParseResult Parse(IEnumerable<string> args, CommandContext context)
    {
        var root = Program.Root(context);
        root.Options.Add(OutputOption.Instance);
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples();
        // A response file ('@file') would make a value on the command line out of a file's content.
        return root.Parse(
            args.FirstOrDefault() == Help ? [.. args.Skip(1), "--help"] : [.. args],
            new ParserConfiguration { ResponseFileTokenReplacer = null }
        );
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        if (UsageError.Find(parsed) is { } fault)
            throw fault;
        using var texts = new StringWriter();
        using var signals = parsed.CommandResult.Command is ExampleCommand { OwnsSignals: true }
            ? null
            : new CommandSignals(context);
        var running = parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = texts,
                Error = texts,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            },
            signals?.Asked ?? CancellationToken.None
        );
        if (signals is not null && await Task.WhenAny(running, signals.Overdue) != running)
            return ExitCodes.OfSignal(context.EndedBy);
        var exitCode = await running;
        context.Terminal.Text(texts.ToString());
        return exitCode;
    }

    private static int Report(CommandContext context, Exception exception)
    {
        var report = ErrorReport.Of(exception);
        if (context.EndedBy != 0 && report.ExitCode == ExitCodes.Interrupted)
            report = report with { ExitCode = ExitCodes.OfSignal(context.EndedBy) };
        context.Terminal.Error(report);
        return report.ExitCode;
    }

    /// <summary>Gives a command what it does; whatever goes wrong in it becomes a report and an exit code.</summary>
    internal static void Does(
        this Command command,
        CommandContext context,
        Func<ParseResult, CancellationToken, Task<int>> work
    ) =>
        command.SetAction(
            async (parsed, ct) =>
            {
                try
                {
                    return await work(parsed, ct);
                }
                catch (Exception e)
                {
                    return Report(context, e);
                }
            }
        );

    /// <summary>
    /// As <see cref="Does(Command, CommandContext, Func{ParseResult, CancellationToken, Task{int}})"/>, for what ends well or
    /// throws.
    /// </summary>
    internal static void Does(this Command command, CommandContext context, Func<ParseResult, CancellationToken, Task> work) =>
        command.Does(context, async (parsed, ct) =>
        {
            await work(parsed, ct);
            return ExitCodes.Done;
        });
}
