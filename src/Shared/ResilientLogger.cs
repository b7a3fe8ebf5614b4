using Microsoft.Extensions.Logging;

namespace Strongroom.Telemetry;

/// <summary>
/// A host's logger whose providers may throw or hang: what was to be said is lost or late then, and nothing that was to be done.
/// </summary>
internal sealed class ResilientLogger(ILogger logger) : ILogger
{
    private readonly TimeLimitedWriter _writer = new();

    internal static ILogger Create(ILoggerFactory loggers) => ResilientLoggerFactory.Around(loggers).CreateLogger("Strongroom");

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
