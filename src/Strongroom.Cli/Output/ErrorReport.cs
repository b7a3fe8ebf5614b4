using System.Text.Json.Serialization;

namespace Strongroom.Cli.Output;

/// <summary>
/// An error as the operator sees it: the exit code, what is wrong, what to do. Never a stack trace, never a value.
/// </summary>
internal sealed record ErrorReport(int ExitCode, string Code, string Message, string Hint)
{
    internal static ErrorReport Of(Exception exception) =>
        exception switch
        {
            CommandException e => new(e.ExitCode, e.Code, e.Message, e.Hint),
            SecretException e => new(ExitCodes.Of(e), e.Code.ToString(), e.Message, ErrorHints.Of(e)),
            OperationCanceledException => new(
                ExitCodes.Interrupted,
                "Interrupted",
                "interrupted",
                "Nothing was left half done; run the command again."
            ),
            // Its message may hold anything, a value too.
            _ => new(
                ExitCodes.Unexpected,
                "Unexpected",
                $"an unexpected error ({exception.GetType().Name}); its message is withheld, since it may contain a value",
                "Run 'strongroom doctor'. To report it, give the command, this error's name and 'strongroom --version'."
            ),
        };

    internal ErrorShape ToShape() => new(new ErrorDetail(Code, Message, Hint, ExitCode));
}

/// <summary>What is written to stderr with <c>--output json</c>.</summary>
internal sealed record ErrorShape(ErrorDetail Error);

/// <summary>
/// An error's parts; <c>code</c> is one of docs/errors.md, or <c>Usage</c>, <c>Command</c>, <c>Interrupted</c>,
/// <c>Unexpected</c>.
/// </summary>
internal sealed record ErrorDetail(string Code, string Message, string Hint, int ExitCode);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorShape))]
internal sealed partial class ErrorJson : JsonSerializerContext;
