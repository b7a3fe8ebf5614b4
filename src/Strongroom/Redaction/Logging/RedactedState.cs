using System.Collections;

namespace Strongroom.Redaction.Logging;

/// <summary>The state of a line as providers see it; values are redacted when a provider reads them.</summary>
/// <remarks>
/// Providers are given this type whatever the caller's own is. As an object it needs no code of their own for each type of line,
/// which would be compiled at the start, and a logger that is wrapped twice leads to no endless type.
/// </remarks>
internal abstract class RedactedState
{
    internal static readonly Func<RedactedState, Exception?, string> Formatter = static (state, exception) =>
        state.Format(exception);

    internal static RedactedState Around<TState>(
        SecretRedactor redactor,
        TState state,
        Func<TState, Exception?, string> formatter
    ) =>
        state is IReadOnlyList<KeyValuePair<string, object?>>
            ? new RedactedPairs<TState>(redactor, state, formatter)
            : new RedactedText<TState>(redactor, state, formatter);

    private protected abstract string Format(Exception? exception);

    /// <summary>Of a line that has no structure.</summary>
    private class RedactedText<TState>(SecretRedactor redactor, TState state, Func<TState, Exception?, string> formatter)
        : RedactedState
    {
        protected SecretRedactor Redactor => redactor;

        protected TState State => state;

        public override string ToString() => state?.ToString() is { } text ? redactor.Redact(text) : "";

        private protected override string Format(Exception? exception) =>
            formatter(state, exception) is { } text ? redactor.Redact(text) : "";
    }

    private sealed class RedactedPairs<TState>(SecretRedactor redactor, TState state, Func<TState, Exception?, string> formatter)
        : RedactedText<TState>(redactor, state, formatter),
            IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => ((IReadOnlyList<KeyValuePair<string, object?>>)State!).Count;

        public KeyValuePair<string, object?> this[int index] =>
            Redactor.Redact(((IReadOnlyList<KeyValuePair<string, object?>>)State!)[index]);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var index = 0; index < Count; index++)
                yield return this[index];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
