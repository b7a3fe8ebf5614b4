using Microsoft.Extensions.Logging;

namespace Strongroom.Telemetry;

/// <summary>A host's logger whose providers may throw or hang: what was to be said is lost or late then, and nothing that was to be done.</summary>
internal sealed class UnfailingLogger(ILogger logger) : ILogger
{
    private readonly LogThread _thread = new();

    internal static ILogger Create(ILoggerFactory loggers) => new UnfailingLogger(loggers.CreateLogger("Strongroom"));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return logger.BeginScope(state);
        }
        catch (Exception)
        {
            return null;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _thread.Write(() => LogNow(logLevel, eventId, state, exception, formatter));

    private void LogNow<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is nobody to tell.
        }
    }
}
