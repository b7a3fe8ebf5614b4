using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strongroom.Vault.Tests.Support;

internal sealed class CollectingLoggerProvider : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(EventId Id, LogLevel Level, string Text)> Entries { get; } = [];

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
    ) => Entries.Enqueue((eventId, logLevel, formatter(state, exception)));

    public void Dispose() { }
}
