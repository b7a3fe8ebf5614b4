using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strongroom.Tests.Shared;

/// <summary>Keeps every line that is logged, in every category and on every level.</summary>
internal sealed class CollectingLoggerProvider : ILoggerProvider, ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    public ConcurrentQueue<(EventId Id, LogLevel Level, string Text)> Entries { get; } = [];

    /// <summary>All messages and their exceptions as one text.</summary>
    public string All => string.Join('\n', _lines);

    /// <summary>Told of each message's id as it is written.</summary>
    public Action<int> Written { get; set; } = _ => { };

    public int Count(int id) => Entries.Count(entry => entry.Id.Id == id);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var text = formatter(state, exception);
        _lines.Enqueue($"{text} {exception}");
        Entries.Enqueue((eventId, logLevel, text));
        Written(eventId.Id);
    }

    public void Dispose() { }
}
