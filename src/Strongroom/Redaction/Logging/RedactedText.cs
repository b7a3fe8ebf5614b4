namespace Strongroom.Redaction.Logging;

/// <summary>The state of a line that has no structure.</summary>
internal readonly struct RedactedText<TState>(SecretRedactor redactor, TState state, Func<TState, Exception?, string> formatter)
{
    internal static readonly Func<RedactedText<TState>, Exception?, string> Formatter = static (state, exception) =>
        state.Format(exception);

    public override string ToString() => state?.ToString() is { } text ? redactor.Redact(text) : "";

    private string Format(Exception? exception) => formatter(state, exception) is { } text ? redactor.Redact(text) : "";
}
