using System.Text.RegularExpressions;

namespace Strongroom.Cli.Tests.Support;

/// <summary>What a command left behind. Without its progress: on a busy machine anything may take longer than a second.</summary>
internal sealed partial record CommandResult(int ExitCode, string Output, string Error)
{
    internal string Error { get; } = Progress().Replace(Error, "");

    [GeneratedRegex(@"^[a-z].* … \d+ s(\n|\z)", RegexOptions.Multiline)]
    internal static partial Regex Progress();
}
