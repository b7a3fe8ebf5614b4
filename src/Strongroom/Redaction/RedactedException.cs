namespace Strongroom.Redaction;

/// <summary>
/// Replaces in a log an exception whose text contains something that must not be seen. It keeps the original's type name, stack
/// trace and chain, and hides the rest. The original itself is not held.
/// </summary>
internal sealed class RedactedException : Exception
{
    private readonly string? _stackTrace;
    private readonly string _text;

    internal RedactedException(string typeName, string message, string? stackTrace, string text, IReadOnlyList<Exception> inner)
        : base(message, inner.Count > 0 ? inner[0] : null)
    {
        TypeName = typeName;
        InnerExceptions = inner;
        _stackTrace = stackTrace;
        _text = text;
    }

    /// <summary>The full name of the original's type.</summary>
    public string TypeName { get; }

    /// <summary>The inner exceptions, redacted where needed: several for an <see cref="AggregateException"/>.</summary>
    public IReadOnlyList<Exception> InnerExceptions { get; }

    /// <summary>The original's stack trace.</summary>
    public override string? StackTrace => _stackTrace;

    /// <summary>The original's text, redacted.</summary>
    public override string ToString() => _text;
}
