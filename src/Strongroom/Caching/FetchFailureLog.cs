using Microsoft.Extensions.Logging;
using Strongroom.Bundles;

namespace Strongroom.Caching;

/// <summary>
/// Says why fetches fail: the cause of an outage once, whatever the number of bundles that it hits, and once that it is over.
/// What each bundle meets besides is at level debug.
/// </summary>
internal sealed class FetchFailureLog(string backend, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KnownFailure> _failing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _causes = new(StringComparer.Ordinal);

    internal void Failed(CachedBundle cached, SecretException error)
    {
        // Messages of one outage differ by a path or a number of seconds; a fault that does not pass by itself has its own.
        var cause = error.IsTransient ? error.Code.ToString() : error.Message;
        bool isNewCause;
        lock (_gate)
        {
            if (_failing.TryGetValue(cached.Bundle.Id, out var before) && before.Code == error.Code)
                return;
            Forget(cached.Bundle.Id);
            _failing[cached.Bundle.Id] = new KnownFailure(error.Code, cause);
            isNewCause = (_causes[cause] = _causes.GetValueOrDefault(cause) + 1) == 1;
        }

        if (IsOptionalAndNotThere(cached, error))
        {
            Log.OptionalAbsent(logger, cached.Bundle.Id);
            return;
        }
        Log.FetchFailed(
            logger,
            isNewCause ? LogLevel.Warning : LogLevel.Debug,
            cached.Bundle.Id,
            backend,
            error.Code,
            cached.BudgetLeft.TotalSeconds,
            error.Message
        );
        // A fault that does not pass by itself says what to do: the line that a policy lacks, the path that is empty.
        if (!error.IsTransient && isNewCause)
            Log.NeedsOperator(logger, cached.Bundle.Id, error.Message);
    }

    internal void Succeeded(CachedBundle cached)
    {
        SecretErrorCode code;
        bool isOver;
        lock (_gate)
        {
            if (!_failing.TryGetValue(cached.Bundle.Id, out var before))
                return;
            code = before.Code;
            isOver = Forget(cached.Bundle.Id);
        }
        if (isOver)
            Log.FetchedAgain(logger, backend, code);
    }

    /// <summary>It is optional and was never there: that is how the service is configured.</summary>
    private static bool IsOptionalAndNotThere(CachedBundle cached, SecretException error) =>
        !cached.Bundle.Required && error.Code is SecretErrorCode.Missing or SecretErrorCode.Deleted && cached.Current is null;

    /// <summary>True where the bundle was the last one that its cause hit.</summary>
    private bool Forget(string bundle)
    {
        if (!_failing.Remove(bundle, out var before))
            return false;
        if (--_causes[before.Cause] > 0)
            return false;
        _causes.Remove(before.Cause);
        return true;
    }

    private sealed record KnownFailure(SecretErrorCode Code, string Cause);
}
