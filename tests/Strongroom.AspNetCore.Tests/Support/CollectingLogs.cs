using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>Keeps every line that is logged, exceptions included.</summary>
internal sealed class CollectingLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => new Collector(_lines);

    public void Dispose() { }

    private sealed class Collector(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
