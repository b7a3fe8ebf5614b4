using Microsoft.Extensions.Logging;

namespace Strongroom.Tests.Redaction.Logging;

/// <summary>A structured provider: keeps what it is given of each line, as it is given.</summary>
internal sealed class StructuredLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    internal List<Line> Lines { get; } = [];

    internal sealed record Line(
        string Message,
        Exception? Exception,
        object? State,
        IReadOnlyList<KeyValuePair<string, object?>> Arguments,
        IReadOnlyList<object?> Scopes,
        EventId Id
    )
    {
        /// <summary>Everything that could be written out, in one text.</summary>
        internal string All =>
            string.Join(
                '\n',
                [
                    Message,
                    $"{Exception}",
                    Exception?.Message,
                    Exception?.StackTrace,
                    $"{State}",
                    Id.Name,
                    .. Arguments.Select(Text),
                    .. Scopes.Select(scope => $"{scope}"),
                    .. Scopes.OfType<IEnumerable<KeyValuePair<string, object?>>>().SelectMany(pairs => pairs).Select(Text),
                    .. Scopes
                        .OfType<IEnumerable<KeyValuePair<string, string?>>>()
                        .SelectMany(pairs => pairs)
                        .Select(pair => $"{pair.Key}={pair.Value}"),
                ]
            );

        private static string Text(KeyValuePair<string, object?> pair) =>
            pair.Value is System.Collections.IEnumerable many and not string
                ? $"{pair.Key}={string.Join(',', many.Cast<object?>())}"
                : $"{pair.Key}={pair.Value}";
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() { }

    private sealed class Logger(StructuredLoggerProvider provider) : ILogger
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
        )
        {
            var scopes = new List<object?>();
            provider._scopes?.ForEachScope(static (scope, list) => list.Add(scope), scopes);
            var arguments = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            provider.Lines.Add(new Line(formatter(state, exception), exception, state, [.. arguments], scopes, eventId));
        }
    }
}
