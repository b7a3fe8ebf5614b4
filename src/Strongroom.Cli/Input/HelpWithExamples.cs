using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Strongroom.Cli.Input;

/// <summary>The usual help, and below it the command's examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _usual = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        _usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ExampleCommand { Examples: { Count: > 0 } examples })
        {
            parseResult.InvocationConfiguration.Output.Write("Examples:\n");
            foreach (var example in examples)
                parseResult.InvocationConfiguration.Output.Write($"  {example}\n");
        }
        return ExitCodes.Done;
    }
}
