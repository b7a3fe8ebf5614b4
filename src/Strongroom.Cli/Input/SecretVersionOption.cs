using System.CommandLine;

namespace Strongroom.Cli.Input;

/// <summary>An option that takes a version's id.</summary>
internal static class SecretVersionOption
{
    internal static Option<string> Create(string name, string description) =>
        new(name) { Description = description, HelpName = "V" };

    /// <exception cref="CommandException">It is too long to be a version's id.</exception>
    internal static SecretVersion? Read(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) switch
        {
            null => null,
            { Length: > 0 and <= SecretVersion.MaxLength } id => new SecretVersion(id),
            _ => throw CommandException.Usage($"{option.Name} is not a version", "'strongroom history NAME' lists the versions."),
        };
}
