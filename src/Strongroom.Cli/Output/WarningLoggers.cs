using Microsoft.Extensions.Logging;

namespace Strongroom.Cli.Output;

/// <summary>The library's warnings in the command's own form, each once. What the command itself reports is left to it.</summary>
internal sealed class WarningLoggers(Terminal terminal) : ILoggerFactory, ILogger
{
    /// <summary>
    /// A refused login, a path that is left alone, a backend that asks to slow down, rows and journals that are not shipped yet:
    /// the command itself reports what to do.
    /// </summary>
    private static readonly HashSet<int> s_toldOtherwise = [1201, 1302, 1305, 1311, 2001, 2005, 3001, 3005];

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IsEnabled(logLevel) || s_toldOtherwise.Contains(eventId.Id))
            return;
        var text = formatter(state, exception);
        lock (_told)
        {
            if (_told.Add(text))
                terminal.Warn(text);
        }
    }

    public void Dispose() { }
}
