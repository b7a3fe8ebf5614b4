using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Strongroom.Cli.Input;

/// <summary>The usual help, with the command's examples below it.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _usual = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        output.Write(Correct(Usual(parseResult), parseResult.CommandResult.Command));
        if (parseResult.CommandResult.Command is ExampleCommand { Examples: { Count: > 0 } examples })
        {
            output.Write("Examples:\n");
            foreach (var example in examples)
                output.Write($"  {example}\n");
        }
        return ExitCodes.Done;
    }

    private string Usual(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        using var usual = new StringWriter();
        parseResult.InvocationConfiguration.Output = usual;
        _usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        return usual.ToString();
    }

    /// <summary>
    /// System.CommandLine prints the file's name, which differs for an installed tool, puts options behind an argument that
    /// takes the rest of the line, and lists a command's optional argument like a required one.
    /// </summary>
    private static string Correct(string usual, Command command)
    {
        var help = usual
            .Replace($"  {RootCommand.ExecutableName} ", "  strongroom ", StringComparison.Ordinal)
            .Replace("<COMMAND>... [options]", "[options] -- <COMMAND>...", StringComparison.Ordinal);
        foreach (var child in command.Subcommands)
        {
            foreach (var optional in child.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues == 0))
            {
                var label = $"  {child.Name} <{optional.Name}>";
                help = help.Replace($"{label}  ", $"  {child.Name} [<{optional.Name}>]", StringComparison.Ordinal);
            }
        }
        return help;
    }
}
