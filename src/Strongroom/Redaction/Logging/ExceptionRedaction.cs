using System.Collections;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// Replaces an exception if any text of its chain holds something to hide: message, text, stack trace, data, inner exceptions,
/// all of an aggregate's. One without is passed on untouched. Properties of its own that an exception prints nowhere are not
/// looked at.
/// </summary>
internal static class ExceptionRedaction
{
    // A chain this long is a fault of its own; what lies deeper is left out, not shown.
    private const int Deepest = 32;

    internal static Exception Redact(this SecretRedactor redactor, Exception exception) =>
        redactor.Hides(exception, depth: 0) ? Replace(redactor, exception, depth: 0) : exception;

    private static bool Hides(this SecretRedactor redactor, Exception exception, int depth)
    {
        if (
            depth > Deepest
            || redactor.Hides(TextOf(exception))
            || redactor.Hides(exception.Message)
            || redactor.Hides(exception.StackTrace)
            || redactor.Hides(exception.Source)
            || redactor.Hides(exception.HelpLink)
        )
            return true;
        foreach (DictionaryEntry entry in exception.Data)
        {
            if (redactor.Hides(entry.Key.ToString()) || redactor.Hides(entry.Value?.ToString()))
                return true;
        }
        foreach (var inner in InnerOf(exception))
        {
            if (redactor.Hides(inner, depth + 1))
                return true;
        }
        return false;
    }

    private static RedactedException Replace(SecretRedactor redactor, Exception exception, int depth)
    {
        var inner =
            depth >= Deepest
                ? []
                : InnerOf(exception).Select(one => redactor.Hides(one, depth + 1) ? Replace(redactor, one, depth + 1) : one);
        var replaced = new RedactedException(
            exception.GetType().FullName ?? exception.GetType().Name,
            redactor.Redact(exception.Message),
            exception.StackTrace is { } trace ? redactor.Redact(trace) : null,
            redactor.Redact(TextOf(exception)),
            [.. inner]
        )
        {
            HResult = exception.HResult,
            Source = exception.Source is { } source ? redactor.Redact(source) : null,
        };
        foreach (DictionaryEntry entry in exception.Data)
            replaced.Data[redactor.RedactText(entry.Key)] = entry.Value is null ? null : redactor.RedactText(entry.Value);
        return replaced;
    }

    private static bool Hides(this SecretRedactor redactor, string? text) => text is not null && redactor.Hides(text.AsSpan());

    private static IReadOnlyList<Exception> InnerOf(Exception exception) =>
        exception is AggregateException { InnerExceptions.Count: > 0 } aggregate ? aggregate.InnerExceptions
        : exception is RedactedException redacted ? redacted.InnerExceptions
        : exception.InnerException is { } inner ? [inner]
        : [];

    private static string TextOf(Exception exception)
    {
        try
        {
            return exception.ToString();
        }
#pragma warning disable CA1031 // Whatever a foreign ToString throws, the line about the first fault must still come out.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"{exception.GetType()} (its text cannot be read: {e.GetType()})";
        }
    }
}
