using Strongroom.Cli.Session;

namespace Strongroom.Cli.Running;

/// <summary>Finds a program as a shell does.</summary>
internal static class Executable
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <exception cref="CommandException">There is none. What was typed is not repeated.</exception>
    internal static string Find(CommandEnvironment environment, string command)
    {
        if (command.Contains('/', StringComparison.Ordinal))
            return IsProgram(environment.FullPath(command))
                ? environment.FullPath(command)
                : throw NotFound("it is not an executable file");
        foreach (var folder in (environment.Variable("PATH") ?? "").Split(':'))
        {
            if (environment.FullPath(Path.Combine(folder.Length == 0 ? "." : folder, command)) is var path && IsProgram(path))
                return path;
        }
        throw NotFound("it is in no folder of PATH");
    }

    private static bool IsProgram(string path) =>
        File.Exists(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & AnyExecute) != 0;

    private static CommandException NotFound(string why) =>
        CommandException.Usage(
            $"COMMAND was not found: {why}",
            "Check the name, and put it after --, as in: strongroom run --only redis/password -- ./worker --fast"
        );
}
