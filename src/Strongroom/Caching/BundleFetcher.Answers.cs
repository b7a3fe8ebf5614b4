using Strongroom.Backends;
using Strongroom.Bundles;

namespace Strongroom.Caching;

/// <summary>One call to the backend, and what becomes of its answers.</summary>
internal sealed partial class BundleFetcher
{
    private async Task<FetchOutcome> ReadAsync(CachedBundle cached, ReadPurpose purpose) =>
        await ApplyAsync(
                cached,
                await SendAsync([cached], purpose, isUrgent: true).ConfigureAwait(false),
                0,
                purpose,
                isSecond: true
            )
            .ConfigureAwait(false);

    /// <summary>Sends once it is its turn; when it was sent is known only then.</summary>
    private async Task<Exchange> SendAsync(CachedBundle[] cachedBundles, ReadPurpose purpose, bool isUrgent)
    {
        var turn = new FetchTurn(Array.TrueForAll(cachedBundles, cached => cached.LastError is not null));
        // An urgent one goes first anyway, and must not hide the turn of a fetch that is not.
        foreach (var cached in isUrgent ? [] : cachedBundles)
            cached.WaitFor(turn);
        await _slots.EnterAsync(turn, isUrgent).ConfigureAwait(false);
        foreach (var cached in cachedBundles)
            cached.StopWaitingFor(turn);
        var sentAt = clocks.Now;
        try
        {
            if (settings.AllExpire?.Left <= TimeSpan.Zero)
                throw new SecretRefusedException(
                    SecretErrorCode.Guardrail,
                    "The break-glass is over, and with it the use of this backend here. Set SECRET_BACKEND to vault or aws.",
                    backend: backend.Name
                );
            var requests = Array.ConvertAll(cachedBundles, cached => new SecretRequest(
                cached.Bundle.Id,
                cached.Locations,
                purpose
            ));
            return new Exchange(await backend.ReadAsync(requests, _stopping.Token).ConfigureAwait(false), null, sentAt);
        }
        catch (Exception e)
        {
            return new Exchange(
                [],
                e as SecretException
                    ?? new SecretUnavailableException(
                        SecretErrorCode.Unreachable,
                        $"The {backend.Name} backend failed with {e.GetType().Name}. Run 'strongroom doctor' to see why.",
                        backend: backend.Name
                    ),
                sentAt
            );
        }
        finally
        {
            _slots.Leave(turn);
        }
    }

    private async Task<FetchOutcome> ApplyAsync(
        CachedBundle cached,
        Exchange exchange,
        int index,
        ReadPurpose purpose,
        bool isSecond = false
    )
    {
        try
        {
            var answer = index < exchange.Answers.Count ? exchange.Answers[index] : null;
            if (answer is not { Succeeded: true })
                return Failed(
                    cached,
                    exchange,
                    exchange.Failure
                        ?? answer?.Error
                        ?? new SecretUnavailableException(
                            SecretErrorCode.Unreachable,
                            $"The {backend.Name} backend gave no answer for '{cached.Bundle.Id}'.",
                            backend: backend.Name
                        )
                );
            if (IsTooOld(clocks.Since(exchange.SentAt)))
            {
                DisposeAll(answer.Values);
                // By the wall clock alone it may be the clock that is wrong: another read tells. Otherwise the machine slept
                // while it was under way.
                return !isSecond && !IsTooOld(clocks.Elapsed(exchange.SentAt))
                    ? await ReadAsync(cached, purpose).ConfigureAwait(false)
                    : Failed(
                        cached,
                        exchange,
                        new SecretUnavailableException(
                            SecretErrorCode.TimedOut,
                            $"The answer for '{cached.Bundle.Id}' is as old as SECRET_CACHE_TTL.",
                            backend: backend.Name
                        )
                    );
            }
            return await TakeAsync(cached, exchange, answer).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was, those who wait must hear of it, or the bundle would be in flight for ever.
            return Failed(
                cached,
                exchange,
                new SecretUnavailableException(
                    SecretErrorCode.Unreachable,
                    $"The answer for '{cached.Bundle.Id}' could not be processed ({e.GetType().Name}).",
                    backend: backend.Name
                )
            );
        }
    }

    private async Task<FetchOutcome> TakeAsync(CachedBundle cached, Exchange exchange, SecretReadResult answer)
    {
        var values = answer.Values!;
        var version = VersionIdentity.Of(answer, backend.Capabilities);
        if (cached.Confirm(version, exchange.SentAt, answer.IsAuthoritative) is { IsHeld: true, Status: var confirmed })
        {
            DisposeAll(values);
            if (confirmed.IsParked)
            {
                return Failed(
                    cached,
                    exchange,
                    new SecretUnavailableException(
                        SecretErrorCode.Unreachable,
                        $"What answers for '{cached.Bundle.Id}' is a cache, which confirms nothing.",
                        backend: backend.Name
                    )
                );
            }
            _failures.Succeeded(cached);
            return new FetchOutcome(confirmed.Held, null);
        }
        if (ValueRules.Check(cached.Bundle, values, settings.ShortestValue, backend.Name) is { } fault)
        {
            DisposeAll(values);
            return Failed(cached, exchange, fault);
        }
        foreach (var value in values)
            onNewValue(value);

        var secrets = new Secret[values.Count];
        for (var i = 0; i < secrets.Length; i++)
            secrets[i] = new Secret(
                cached.Bundle.Secrets[i].Name,
                values[i],
                answer.Version,
                answer.CreatedAt,
                cached.Bundle.Id,
                version
            );
        // The first version of a process has nothing to replace; a later one is tried before it does.
        if (
            cached.Status.Held is not null
            && (await ProbeAsync(cached, secrets).ConfigureAwait(false)).Result == ProbeResult.Rejected
        )
        {
            DisposeAll(values);
            return Failed(
                cached,
                exchange,
                new SecretConfigurationException(
                    SecretErrorCode.ValueInvalid,
                    $"Version {answer.Version} of '{cached.Bundle.Id}' is new in the backend, and its counterparty rejects "
                        + "it. The one in use is kept. "
                        + "Write a working one.",
                    cached.Bundle.Secrets[0].Name,
                    backend.Name
                )
            );
        }
        var (isAdopted, status) = cached.Adopt(secrets, version, exchange.SentAt);
        if (isAdopted)
        {
            _failures.Succeeded(cached);
            Log.EachStart.Adopted(logger, cached.Bundle.Id, version.Id);
            return new FetchOutcome(status.Held, null);
        }
        // A request that was sent later has settled it meanwhile.
        DisposeAll(values);
        return new FetchOutcome(
            status.Current,
            status.Current is null ? status.LastError ?? SecretUnavailableException.Ended() : null
        );
    }

    private bool IsTooOld(TimeSpan age) => age > settings.Tick && age + settings.Tick >= settings.Ttl;

    private FetchOutcome Failed(CachedBundle cached, Exchange exchange, SecretException error)
    {
        // First the state: a denial shortens what is left, which the log states.
        cached.Fail(error, exchange.SentAt);
        // A fetch that the end of the process interrupts has not failed.
        if (!_stopping.IsCancellationRequested)
            _failures.Failed(cached, error);
        return new FetchOutcome(null, error);
    }

    private static void DisposeAll(IReadOnlyList<SecretValue> values)
    {
        foreach (var value in values)
            value.Dispose();
    }

    private sealed record Exchange(IReadOnlyList<SecretReadResult> Answers, SecretException? Failure, ClockReading SentAt);
}
