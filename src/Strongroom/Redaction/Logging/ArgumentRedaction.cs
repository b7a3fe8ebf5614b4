using System.Collections;
using Strongroom.Detection;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// Redacts one argument of a log line as a structured provider sees it; the same object where there is nothing to hide.
/// </summary>
internal static class ArgumentRedaction
{
    private const int Formatted = 256;

    // A collection may hold itself.
    private const int Deepest = 3;

    internal static KeyValuePair<string, object?> Redact(this SecretRedactor redactor, KeyValuePair<string, object?> pair)
    {
        var key = pair.Key is null ? null! : redactor.Redact(pair.Key);
        var value = redactor.Redact(pair.Value);
        // Written out, the pair has the shape of a named credential: "Password": "…".
        if (value is string text && SensitiveKey.KindOf(key) == SensitiveKeyKind.Credential && !NamedValue.IsPlaceholder(text))
            value = SecretValue.Mask;
        return ReferenceEquals(key, pair.Key) && ReferenceEquals(value, pair.Value)
            ? pair
            : new KeyValuePair<string, object?>(key, value);
    }

    internal static object? Redact(this SecretRedactor redactor, object? argument) => Redact(redactor, argument, depth: 0);

    private static object? Redact(SecretRedactor redactor, object? argument, int depth) =>
        argument switch
        {
            null => null,
            string text => redactor.Redact(text),
            SecretValue => SecretValue.Mask,
            Exception exception => ExceptionRedaction.Redact(redactor, exception),
            ISpanFormattable formattable => RedactFormattable(redactor, formattable),
            byte[] => argument,
            ICollection or IReadOnlyCollection<object> when depth < Deepest => RedactCollection(
                redactor,
                (IEnumerable)argument,
                depth + 1
            ),
            _ => redactor.RedactText(argument),
        };

    /// <summary>By its text alone.</summary>
    internal static object RedactText(this SecretRedactor redactor, object argument) =>
        argument.ToString() is { } text && redactor.TryRedact(text, out var redacted) ? redacted : argument;

    private static object RedactFormattable(SecretRedactor redactor, ISpanFormattable argument)
    {
        Span<char> formatted = stackalloc char[Formatted];
        if (!argument.TryFormat(formatted, out var length, default, null))
            return redactor.RedactText(argument);
        return redactor.TryRedact(formatted[..length], out var redacted) ? redacted : argument;
    }

    /// <summary>
    /// Providers print the elements, so each is looked at; a collection with one to hide becomes a list of texts.
    /// </summary>
    private static object RedactCollection(SecretRedactor redactor, IEnumerable collection, int depth)
    {
        var hides = false;
        foreach (var element in collection)
        {
            if (hides = !ReferenceEquals(Redact(redactor, element, depth), element))
                break;
        }
        if (!hides)
            return redactor.RedactText(collection);
        var texts = new List<string?>();
        foreach (var element in collection)
            texts.Add(Redact(redactor, element, depth)?.ToString());
        return texts;
    }
}
