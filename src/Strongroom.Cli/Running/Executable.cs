using Strongroom.Cli.Session;

namespace Strongroom.Cli.Running;

/// <summary>Finds the program that a command names, as a shell does.</summary>
internal static class Executable
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <exception cref="CommandException">There is none. What was typed is not repeated.</exception>
    internal static string Find(CommandEnvironment surroundings, string command)
    {
        if (command.Contains('/', StringComparison.Ordinal))
            return IsProgram(surroundings.FullPath(command))
                ? surroundings.FullPath(command)
                : throw NotFound("it is no file that may be executed");
        foreach (var folder in (surroundings.Variable("PATH") ?? "").Split(':'))
        {
            if (surroundings.FullPath(Path.Combine(folder.Length == 0 ? "." : folder, command)) is var path && IsProgram(path))
                return path;
        }
        throw NotFound("no folder of PATH holds it");
    }

    private static bool IsProgram(string path) =>
        File.Exists(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & AnyExecute) != 0;

    private static CommandException NotFound(string why) =>
        CommandException.Usage(
            $"COMMAND was not found: {why}",
            "Check it, and write it behind --, as in: strongroom run --only redis/password -- ./worker --fast"
        );
}
