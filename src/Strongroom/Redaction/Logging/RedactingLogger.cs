using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Strongroom.Redaction.Logging;

/// <summary>Hands lines on with message, arguments, scopes and exceptions redacted.</summary>
internal sealed class RedactingLogger(ILogger inner, SecretRedactor redactor) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(RedactedScope.Around(redactor, state));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (exception is not null)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            exception = ExceptionRedaction.Redact(redactor, exception);
        }

        // Ahead-of-time compilation would have to prepare for a redacting logger in a redacting logger, without end.
        if (RuntimeFeature.IsDynamicCodeSupported)
            Pass(logLevel, Named(eventId), state, exception, formatter);
        else
            PassBoxed(logLevel, Named(eventId), state, exception, formatter);
    }

    /// <summary>One form of state for all, at the price of an object a line; what compiled ahead of time uses.</summary>
    internal void PassBoxed<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Pass<object?>(logLevel, eventId, state, exception, (boxed, e) => formatter((TState)boxed!, e));

    private void Pass<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is IReadOnlyList<KeyValuePair<string, object?>>)
            inner.Log(logLevel, eventId, new RedactedState<TState>(redactor, state, formatter), exception, RedactedState<TState>.Formatter);
        else
            inner.Log(logLevel, eventId, new RedactedText<TState>(redactor, state, formatter), exception, RedactedText<TState>.Formatter);
    }

    private EventId Named(EventId eventId) =>
        eventId.Name is { } name && redactor.TryRedact(name, out var redacted) ? new EventId(eventId.Id, redacted) : eventId;
}
