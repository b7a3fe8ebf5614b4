using Strongroom.Backends;

namespace Strongroom.Caching;

/// <summary>One call to the backend, and what becomes of its answers.</summary>
internal sealed partial class BundleFetcher
{
    private async Task<FetchOutcome> ReadAsync(BundleCell cell, ReadPurpose purpose) =>
        await ApplyAsync(cell, await SendAsync([cell], purpose, isUrgent: true).ConfigureAwait(false), 0, purpose, isSecond: true).ConfigureAwait(false);

    /// <summary>Sends once it is its turn; when it was sent is known only then.</summary>
    private async Task<Exchange> SendAsync(BundleCell[] cells, ReadPurpose purpose, bool isUrgent)
    {
        var turn = new FetchTurn(Array.TrueForAll(cells, cell => cell.LastError is not null));
        Array.ForEach(cells, cell => cell.Turn = turn);
        await _slots.EnterAsync(turn, isUrgent).ConfigureAwait(false);
        Array.ForEach(cells, cell => cell.Turn = null);
        var sentAt = clocks.Now;
        try
        {
            if (settings.AllEnd?.Left <= TimeSpan.Zero)
                throw new SecretRefusedException(SecretErrorCode.Guardrail, "The break-glass is over, and with it the use of this backend here. Set SECRET_BACKEND to vault or aws.", backend: backend.Name);
            SecretRequest[] requests = [.. cells.Select(cell => new SecretRequest(cell.Bundle.Id, cell.Places, purpose))];
            return new Exchange(await backend.ReadAsync(requests, _stopping.Token).ConfigureAwait(false), null, sentAt);
        }
        catch (Exception e)
        {
            return new Exchange([], e as SecretException ?? new SecretUnavailableException(
                SecretErrorCode.Unreachable, $"The {backend.Name} backend failed with {e.GetType().Name}. Run 'strongroom doctor' to see why.", backend: backend.Name), sentAt);
        }
        finally
        {
            _slots.Leave(turn);
        }
    }

    private async Task<FetchOutcome> ApplyAsync(BundleCell cell, Exchange exchange, int index, ReadPurpose purpose, bool isSecond = false)
    {
        try
        {
            var answer = index < exchange.Answers.Count ? exchange.Answers[index] : null;
            if (answer is not { Succeeded: true })
                return Failed(cell, exchange, exchange.Failure ?? answer?.Error ?? new SecretUnavailableException(
                    SecretErrorCode.Unreachable, $"The {backend.Name} backend gave no answer for '{cell.Bundle.Id}'.", backend: backend.Name));
            if (IsTooOld(clocks.Since(exchange.SentAt)))
            {
                End(answer.Values);
                // By the wall clock alone it may be the clock that is wrong: another read tells. Otherwise the machine slept while it was under way.
                return !isSecond && !IsTooOld(clocks.Elapsed(exchange.SentAt))
                    ? await ReadAsync(cell, purpose).ConfigureAwait(false)
                    : Failed(cell, exchange, new SecretUnavailableException(
                        SecretErrorCode.TimedOut, $"The answer for '{cell.Bundle.Id}' is as old as SECRET_CACHE_TTL.", backend: backend.Name));
            }
            return await TakeAsync(cell, exchange, answer).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was, those who wait must hear of it, or the bundle would be in flight for ever.
            return Failed(cell, exchange, new SecretUnavailableException(
                SecretErrorCode.Unreachable, $"The answer for '{cell.Bundle.Id}' could not be taken in ({e.GetType().Name}).", backend: backend.Name));
        }
    }

    private async Task<FetchOutcome> TakeAsync(BundleCell cell, Exchange exchange, SecretAnswer answer)
    {
        var values = answer.Values!;
        var generation = Generation.Of(answer, backend.Capabilities);
        if (cell.Confirm(generation, exchange.SentAt, answer.Validates) is { } confirmed)
        {
            End(values);
            if (cell.IsParked)
            {
                return Failed(cell, exchange, new SecretUnavailableException(
                    SecretErrorCode.Unreachable, $"What answers for '{cell.Bundle.Id}' is a cache, which confirms nothing.", backend: backend.Name));
            }
            _failures.Succeeded(cell);
            return new FetchOutcome(confirmed, null);
        }
        if (ValueRules.Check(cell.Bundle, values, settings.ShortestValue, backend.Name) is { } fault)
        {
            End(values);
            return Failed(cell, exchange, fault);
        }
        foreach (var value in values)
            onNewValue(value);

        var secrets = values.Select((value, i) => new Secret(cell.Bundle.Secrets[i].Name, value, answer.Version, answer.CreatedAt, cell.Bundle.Id, generation)).ToArray();
        // The first generation of a process has nothing to replace; a later one is tried before it does.
        if ((cell.Current is not null || cell.IsParked) && (await ProbeAsync(cell, secrets).ConfigureAwait(false)).Result == ProbeResult.Rejected)
        {
            End(values);
            return Failed(cell, exchange, new SecretConfigurationException(
                SecretErrorCode.ValueInvalid,
                $"Version {answer.Version} of '{cell.Bundle.Id}' is new in the backend, and its counterparty rejects it. The one in use is kept. "
                + "Write a working one.", cell.Bundle.Secrets[0].Name, backend.Name));
        }
        if (cell.Adopt(secrets, generation, exchange.SentAt) is { } adopted)
        {
            _failures.Succeeded(cell);
            Log.Adopted(logger, cell.Bundle.Id, generation.Id);
            return new FetchOutcome(adopted, null);
        }
        // A request that was sent later has settled it meanwhile.
        End(values);
        return new FetchOutcome(cell.Current, cell.Current is null ? cell.LastError ?? SecretUnavailableException.Ended() : null);
    }

    private bool IsTooOld(TimeSpan age) => age > settings.Tick && age + settings.Tick >= settings.Ttl;

    private FetchOutcome Failed(BundleCell cell, Exchange exchange, SecretException error)
    {
        _failures.Failed(cell, error);
        cell.Fail(error, exchange.SentAt);
        return new FetchOutcome(null, error);
    }

    private static void End(IReadOnlyList<SecretValue> values)
    {
        foreach (var value in values)
            value.Dispose();
    }

    private sealed record Exchange(IReadOnlyList<SecretAnswer> Answers, SecretException? Failure, Moment SentAt);
}
