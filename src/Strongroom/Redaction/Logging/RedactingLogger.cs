using Microsoft.Extensions.Logging;

namespace Strongroom.Redaction.Logging;

/// <summary>Hands lines on with message, arguments, scopes and exceptions redacted.</summary>
internal sealed class RedactingLogger(ILogger inner, SecretRedactor redactor) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(RedactedScope.Around(redactor, state));

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (exception is not null)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            exception = ExceptionRedaction.Redact(redactor, exception);
        }
        inner.Log(logLevel, Named(eventId), RedactedState.Around(redactor, state, formatter), exception, RedactedState.Formatter);
    }

    private EventId Named(EventId eventId) =>
        eventId.Name is { } name && redactor.TryRedact(name, out var redacted) ? new EventId(eventId.Id, redacted) : eventId;
}
