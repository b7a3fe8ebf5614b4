using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Strongroom.Cli.Input;

/// <summary>What is wrong with a command line, with the nearest thing that exists. What was typed is not repeated.</summary>
internal static class UsageError
{
    /// <summary>What is wrong, or null.</summary>
    internal static CommandException? Find(ParseResult parsed)
    {
        if (MistypedOption(parsed) is { } option)
            return OfOption(parsed, option);
        // There is no help for an unknown command.
        if (parsed is { Action: HelpWithExamples, UnmatchedTokens.Count: > 0 })
            return Of(parsed);
        return parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction ? Of(parsed) : null;
    }

    private static CommandException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed);
        if (parsed.UnmatchedTokens is [var unmatched, ..])
        {
            if (unmatched.StartsWith('-'))
                return OfOption(parsed, unmatched);
            var near = NearNames.Find(unmatched, command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name), most: 1);
            return WithNear(
                path,
                command.Subcommands.Count > 0 ? $"{path} has no such command" : $"{path} takes no more arguments",
                near
            );
        }
        if (command.Subcommands.Count > 0 && command.Action is null)
            return WithNear(
                path,
                $"{path} needs a command: "
                    + $"{string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name))}",
                []
            );
        return WithNear(path, Describe(parsed, path), []);
    }

    /// <summary>
    /// What begins like an option and was taken for an argument. Behind "--" everything is an argument, and behind a program its
    /// own.
    /// </summary>
    private static string? MistypedOption(ParseResult parsed)
    {
        var before = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).ToList();
        foreach (var argument in parsed.CommandResult.Children.OfType<ArgumentResult>())
        {
            foreach (
                var token in argument.Tokens.TakeWhile(token =>
                    token.Value is ['-', _, ..] && before.Exists(one => ReferenceEquals(one, token))
                )
            )
            {
                // A value in its place is refused for what it is.
                if (!argument.Argument.Hidden || IsOptionAlone(token.Value) || NearOptions(parsed, token.Value).Count > 0)
                    return token.Value;
            }
        }
        return null;
    }

    private static bool IsOptionAlone(string text) =>
        text is ['-', '-', >= 'a' and <= 'z', ..] && text.All(c => char.IsAsciiLetterLower(c) || c == '-');

    private static CommandException OfOption(ParseResult parsed, string typed) =>
        WithNear(PathOf(parsed), $"{PathOf(parsed)} has no such option", NearOptions(parsed, typed));

    private static IReadOnlyList<string> NearOptions(ParseResult parsed, string typed)
    {
        var command = parsed.CommandResult.Command;
        var known = command
            .Options.Concat(Parents(command).SelectMany(parent => parent.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Append(option.Name));
        return NearNames.Find(typed.Split('=')[0], known, most: 1);
    }

    private static CommandException WithNear(string path, string what, IReadOnlyList<string> nearest)
    {
        var help = $"'{path} --help' shows the usage.";
        return CommandException.Usage(what, nearest is [var near] ? $"Did you mean '{near}'? {help}" : help);
    }

    /// <summary>
    /// System.CommandLine's own messages quote what was typed, so the symbol that the error is about is named instead.
    /// </summary>
    private static string Describe(ParseResult parsed, string path) =>
        parsed.Errors[0].SymbolResult switch
        {
            ArgumentResult { Parent: OptionResult option } => $"{path}: {option.Option.Name} {Expected(option)}",
            OptionResult { IdentifierToken: null } missing => $"{path} needs {missing.Option.Name}",
            OptionResult option => $"{path}: {option.Option.Name} {Expected(option)}",
            ArgumentResult { Tokens.Count: > 0, Argument.HelpName.Length: > 0 } argument =>
                $"{path}: {argument.Argument.Name} takes {argument.Argument.HelpName}",
            ArgumentResult argument => $"{path} needs {argument.Argument.Name}",
            _ => parsed.CommandResult.Command.Options.FirstOrDefault(option =>
                option.Required && parsed.GetResult(option) is null
            )
                is { } missing
                ? $"{path} needs {missing.Name}"
                : $"{path} was given invalid arguments",
        };

    private static string Expected(OptionResult option) =>
        option.Tokens.Count == 0 && option.Option.Arity.MinimumNumberOfValues > 0 ? "needs a value"
        : option.Option.HelpName is { Length: > 0 } form ? $"takes {form}"
        : "cannot be used this way";

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
