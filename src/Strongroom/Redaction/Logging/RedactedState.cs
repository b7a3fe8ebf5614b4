using System.Collections;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// The state of a structured line as providers see it. A value type around the caller's own state, so that a line costs no object
/// more; values are redacted when a provider reads them.
/// </summary>
internal readonly struct RedactedState<TState>(SecretRedactor redactor, TState state, Func<TState, Exception?, string> formatter)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    internal static readonly Func<RedactedState<TState>, Exception?, string> Formatter = static (state, exception) =>
        state.Format(exception);

    public int Count => ((IReadOnlyList<KeyValuePair<string, object?>>)state!).Count;

    public KeyValuePair<string, object?> this[int index] =>
        redactor.Redact(((IReadOnlyList<KeyValuePair<string, object?>>)state!)[index]);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => state?.ToString() is { } text ? redactor.Redact(text) : "";

    private string Format(Exception? exception) => formatter(state, exception) is { } text ? redactor.Redact(text) : "";
}
