using Microsoft.Extensions.Logging;

namespace Strongroom.Telemetry;

/// <summary>
/// Wraps a logger whose providers may throw or hang. Messages may then be lost or delayed, but never the work that logs them.
/// </summary>
internal sealed class ResilientLogger(ILogger logger) : ILogger
{
    private readonly TimeLimitedWriter _writer = new();

    internal static ILogger Create(ILoggerFactory loggers) => ResilientLoggerFactory.Wrap(loggers).CreateLogger("Strongroom");

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

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _writer.Write(() => logger.Log(logLevel, eventId, state, exception, formatter));
}
