using System.CommandLine;

namespace Strongroom.Cli.Input;

/// <summary><c>--yes</c>, for what asks before it acts.</summary>
internal static class YesOption
{
    internal static Option<bool> Create() =>
        new("--yes", "-y") { Description = "Skips the confirmation. Required without a terminal." };
}
