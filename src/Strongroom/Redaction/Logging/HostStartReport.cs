using Microsoft.Extensions.Logging;
using Strongroom.Hosting;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// Leaves out the host's own report of a failed start, which is a stack trace: the exception itself reaches whoever starts the
/// host, or <see cref="UnhandledStartFailure"/>. At level debug it is shown.
/// </summary>
internal sealed class HostStartReport(ILogger inner) : ILogger
{
    private const string Category = "Microsoft.Extensions.Hosting.Internal.Host";
    private const string StartFailed = "HostedServiceStartupFaulted";

    internal static ILogger Around(string category, ILogger logger) =>
        category == Category ? new HostStartReport(logger) : logger;

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (eventId.Name != StartFailed || inner.IsEnabled(LogLevel.Debug))
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
