using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strongroom.Tests.Support;

internal sealed class CollectingLoggerProvider : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(EventId Id, LogLevel Level, string Text)> Entries { get; } = [];

    /// <summary>Told of each message's id as it is written.</summary>
    public Action<int> Written { get; set; } = _ => { };

    public int Count(int id) => Entries.Count(entry => entry.Id.Id == id);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Write(eventId, logLevel, formatter(state, exception));

    private void Write(EventId id, LogLevel level, string text)
    {
        Entries.Enqueue((id, level, text));
        Written(id.Id);
    }

    public void Dispose() { }
}
