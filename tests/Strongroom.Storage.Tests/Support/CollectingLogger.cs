using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strongroom.Storage.Tests.Support;

/// <summary>Keeps every line that is logged.</summary>
internal sealed class CollectingLogger : ILoggerFactory, ILogger
{
    internal ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Lines.Enqueue((logLevel, eventId, $"{formatter(state, exception)} {exception}"));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }
}
