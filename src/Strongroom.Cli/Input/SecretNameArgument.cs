using System.CommandLine;

namespace Strongroom.Cli.Input;

/// <summary>The NAME of a secret on the command line.</summary>
internal sealed class SecretNameArgument
{
    internal Argument<string> Argument { get; } =
        new("NAME") { Description = "A secret, such as alpaca/api_key_id, or one of its fields: alpaca/credentials#api_key_id." };

    /// <exception cref="CommandException">It cannot be a name. It is not repeated: a value may have been pasted in its
    /// place.</exception>
    /// <remarks>An operator uses the name in the backend, which may not follow Strongroom's rules.</remarks>
    internal SecretName Read(ParseResult parsed) =>
        SecretName.TryParseLocation(parsed.GetValue(Argument), out var name, out var problem)
            ? name
            : throw CommandException.Usage(
                $"NAME is not a valid secret name: {problem}",
                "A name is segments joined by '/', such as alpaca/api_key_id."
            );
}
