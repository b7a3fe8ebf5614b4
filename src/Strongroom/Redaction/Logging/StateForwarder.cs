using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Strongroom.Redaction.Logging;

/// <summary>Hands a line on with its state wrapped.</summary>
/// <remarks>
/// A logger that calls <c>Log</c> with a wrapper of <typeparamref name="TState"/> may be wrapped itself, which the native
/// compiler would follow without end. So the wrapper of a value type, which costs no object, is made by reflection, out of that
/// compiler's sight; what it compiles boxes the state.
/// </remarks>
internal abstract class StateForwarder<TState>
{
    internal static readonly StateForwarder<TState> Instance = RuntimeFeature.IsDynamicCodeSupported
        ? (StateForwarder<TState>)Activator.CreateInstance(typeof(UnboxedStateForwarder<>).MakeGenericType(typeof(TState)))!
        : new BoxedStateForwarder<TState>();

    internal abstract void Pass(
        ILogger to,
        SecretRedactor redactor,
        LogLevel level,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    );
}

internal sealed class UnboxedStateForwarder<TState> : StateForwarder<TState>
{
    internal override void Pass(
        ILogger to,
        SecretRedactor redactor,
        LogLevel level,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (state is IReadOnlyList<KeyValuePair<string, object?>>)
            to.Log(
                level,
                eventId,
                new RedactedState<TState>(redactor, state, formatter),
                exception,
                RedactedState<TState>.Formatter
            );
        else
            to.Log(
                level,
                eventId,
                new RedactedText<TState>(redactor, state, formatter),
                exception,
                RedactedText<TState>.Formatter
            );
    }
}

internal sealed class BoxedStateForwarder<TState> : StateForwarder<TState>
{
    internal override void Pass(
        ILogger to,
        SecretRedactor redactor,
        LogLevel level,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        Func<object?, Exception?, string> boxedFormatter = (boxed, e) => formatter((TState)boxed!, e);
        if (state is IReadOnlyList<KeyValuePair<string, object?>>)
            to.Log(
                level,
                eventId,
                new RedactedState<object?>(redactor, state, boxedFormatter),
                exception,
                RedactedState<object?>.Formatter
            );
        else
            to.Log(
                level,
                eventId,
                new RedactedText<object?>(redactor, state, boxedFormatter),
                exception,
                RedactedText<object?>.Formatter
            );
    }
}
