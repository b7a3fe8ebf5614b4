using System.CommandLine;

namespace Strongroom.Cli.Input;

/// <summary><c>--output json</c>, which every command has.</summary>
internal static class OutputOption
{
    private const string Name = "--output";
    private const string Json = "json";

    internal static Option<string> Instance { get; } = Create();

    /// <summary>
    /// Looked up in the arguments themselves: an error of the command line is JSON too, where that was asked for.
    /// </summary>
    internal static bool IsJson(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count && args[i] != "--"; i++)
        {
            if (
                args[i] is Name + "=" + Json or Name + ":" + Json or "-o=json" or "-ojson"
                || (args[i] is Name or "-o" && i + 1 < args.Count && args[i + 1] == Json)
            )
                return true;
        }
        return false;
    }

    private static Option<string> Create()
    {
        var option = new Option<string>(Name, "-o")
        {
            Description = "The form of the result; docs/command.md documents the JSON.",
            HelpName = "text|json",
            DefaultValueFactory = _ => "text",
            Recursive = true,
        };
        option.AcceptOnlyFromAmong("text", Json);
        return option;
    }
}
