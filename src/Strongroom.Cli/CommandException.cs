namespace Strongroom.Cli;

/// <summary>
/// A command cannot continue, for a reason other than a <see cref="SecretException"/>. Message and hint contain no value
/// and nothing that was typed.
/// </summary>
internal sealed class CommandException(int exitCode, string message, string hint, string code = "Command") : Exception(message)
{
    internal int ExitCode => exitCode;

    /// <summary>What to do.</summary>
    internal string Hint => hint;

    /// <summary>What it is called in JSON.</summary>
    internal string Code => code;

    /// <summary>The command line is wrong.</summary>
    internal static CommandException Usage(string message, string hint) => new(ExitCodes.Usage, message, hint, "Usage");
}
