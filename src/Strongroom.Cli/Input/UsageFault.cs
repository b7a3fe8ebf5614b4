using System.CommandLine;
using System.CommandLine.Parsing;

namespace Strongroom.Cli.Input;

/// <summary>What is wrong with a command line, with the nearest thing that exists. What was typed is not repeated.</summary>
internal static class UsageFault
{
    internal static CommandException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed);
        var help = $"'{path} --help' shows what there is.";
        if (parsed.UnmatchedTokens is [var unmatched, ..])
        {
            var isOption = unmatched.StartsWith('-');
            var known = isOption
                ? command.Options.Concat(Parents(command).SelectMany(parent => parent.Options.Where(option => option.Recursive)))
                    .Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name))
                : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
            var nearest = NearNames.Find(isOption ? unmatched.Split('=')[0] : unmatched, known, most: 1);
            var what = isOption ? $"{path} has no such option" : command.Subcommands.Count > 0 ? $"{path} has no such command" : $"{path} takes no further argument";
            return CommandException.Usage(what, nearest is [var near] ? $"Did you mean '{near}'? {help}" : help);
        }
        if (command.Subcommands.Count > 0 && command.Action is null)
            return CommandException.Usage($"{path} needs a command: {string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name))}", help);
        return CommandException.Usage(Describe(parsed, path), help);
    }

    /// <summary>System.CommandLine's own messages quote what was typed, so the symbol that the error is about is named instead.</summary>
    private static string Describe(ParseResult parsed, string path) => parsed.Errors[0].SymbolResult switch
    {
        ArgumentResult { Parent: OptionResult option } => $"{path}: {option.Option.Name} {Expected(option)}",
        OptionResult { IdentifierToken: null } missing => $"{path} needs {missing.Option.Name}",
        OptionResult option => $"{path}: {option.Option.Name} {Expected(option)}",
        ArgumentResult { Tokens.Count: > 0, Argument.HelpName.Length: > 0 } argument => $"{path}: {argument.Argument.Name} takes {argument.Argument.HelpName}",
        ArgumentResult argument => $"{path} needs {argument.Argument.Name}",
        _ => parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Required && parsed.GetResult(option) is null) is { } missing
            ? $"{path} needs {missing.Name}"
            : $"{path} was not understood",
    };

    private static string Expected(OptionResult option) =>
        option.Tokens.Count == 0 && option.Option.Arity.MinimumNumberOfValues > 0 ? "needs a value"
        : option.Option.HelpName is { Length: > 0 } form ? $"takes {form}" : "cannot be used like that";

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Parent: not null } one; result = one.Parent)
            names.Push(one.Command.Name);
        names.Push("strongroom");
        return string.Join(' ', names);
    }

    private static IEnumerable<Command> Parents(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Parents(parent).Prepend(parent));
}
