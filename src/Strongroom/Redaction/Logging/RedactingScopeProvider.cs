using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// What providers read scopes from, in the place of the factory's own: it also covers scopes that never passed
/// <see cref="RedactingLogger.BeginScope"/>, such as the tags and baggage of the current activity.
/// </summary>
internal sealed class RedactingScopeProvider(IExternalScopeProvider inner, SecretRedactor redactor) : IExternalScopeProvider
{
    [ThreadStatic]
    private static List<object?>? t_scopes;

    // An activity's scope comes by on every line within it.
    private readonly ConditionalWeakTable<object, object> _redacted = [];

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        // Taken away while in use: a callback may log.
        var scopes = t_scopes ?? [];
        t_scopes = null;
        try
        {
            inner.ForEachScope(static (scope, list) => list.Add(scope), scopes);
            foreach (var scope in scopes)
                callback(scope is null or string or RedactedScope ? RedactedScope.Around(redactor, scope) : Cached(scope), state);
        }
        finally
        {
            scopes.Clear();
            t_scopes = scopes;
        }
    }

    public IDisposable Push(object? state) => inner.Push(RedactedScope.Around(redactor, state));

    private object Cached(object scope) =>
        _redacted.TryGetValue(scope, out var redacted)
            ? redacted
            : _redacted.GetValue(scope, key => RedactedScope.Around(redactor, key));
}
