using System.Diagnostics;
using System.Runtime.CompilerServices;
using Strongroom.Backends;
using Strongroom.Telemetry;

namespace Strongroom.Audit;

/// <summary>Journals every exchange with the backend, refreshes and writes included, with the backend's request id and duration.</summary>
internal sealed class FetchAuditLayer(ISecretBackend inner, AuditTrail trail, Action<TimeSpan> onFetched, TimeProvider time) : ISecretBackend
{
    public string Name => inner.Name;

    public BackendCapabilities Capabilities => inner.Capabilities;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<SecretAnswer>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        using var activity = StrongroomTelemetry.Activities.StartActivity("strongroom.fetch", ActivityKind.Client);
        activity?.SetTag("strongroom.backend", inner.Name).SetTag("strongroom.bundles", requests.Count);
        var began = time.GetTimestamp();
        var answers = await inner.ReadAsync(requests, ct).ConfigureAwait(false);
        var duration = time.GetElapsedTime(began);
        onFetched(duration);
        var recorded = new SecretAnswer[answers.Count];
        for (var i = 0; i < recorded.Length; i++)
            recorded[i] = Recorded(answers[i], duration);
        return recorded;
    }

    public ValueTask<SecretReceipt> WriteAsync(SecretWrite write, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Write, write.Place, () => inner.WriteAsync(write, ct));

    public ValueTask<SecretReceipt> DeleteAsync(SecretPlace place, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Delete, place, () => inner.DeleteAsync(place, ct));

    public ValueTask<SecretReceipt> RestoreAsync(SecretPlace place, SecretVersion? version, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Restore, place, () => inner.RestoreAsync(place, version, ct));

    public ValueTask<SecretReceipt> PromoteAsync(SecretPlace place, SecretVersion pending, SecretVersion? expected, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Promote, place, () => inner.PromoteAsync(place, pending, expected, ct));

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) =>
        EnumerateAsync(AccessOperation.List, prefix ?? "", inner.ListAsync(prefix, ct), ct);

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretPlace place, CancellationToken ct) =>
        EnumerateAsync(AccessOperation.History, place.Name.ToString(), inner.HistoryAsync(place, ct), ct);

    private SecretAnswer Recorded(SecretAnswer answer, TimeSpan duration)
    {
        var operation = answer.Request.Purpose switch
        {
            ReadPurpose.Refresh => AccessOperation.Refresh,
            ReadPurpose.Rejected => AccessOperation.Recheck,
            ReadPurpose.Probe => AccessOperation.Probe,
            _ => AccessOperation.Fetch,
        };
        try
        {
            // Counted, since an enumerator of an interface is an object for each read.
            for (var i = 0; i < answer.Request.Places.Count; i++)
            {
                var record = trail.About(operation, answer.Succeeded ? AccessOutcome.Success : AuditTrail.OutcomeOf(answer.Error), answer.Request.Places[i].Name) with
                {
                    Source = answer.Succeeded ? AccessSource.Backend : AccessSource.None,
                    Version = answer.Version.Id,
                    RequestId = answer.RequestId,
                    Duration = duration,
                    Error = answer.Error?.Code,
                };
                if (answer.Succeeded)
                    trail.Demand(record);
                else
                    trail.RecordFailure(record);
            }
            return answer;
        }
        catch (SecretAuditFailedException unrecorded)
        {
            foreach (var value in answer.Values ?? [])
                value.Dispose();
            return SecretAnswer.Failed(answer.Request, unrecorded);
        }
    }

    /// <summary>Room is asked for before the change, since a change cannot be taken back.</summary>
    private async ValueTask<SecretReceipt> ChangeAsync(AccessOperation operation, SecretPlace place, Func<ValueTask<SecretReceipt>> change)
    {
        var began = time.GetTimestamp();
        if (!trail.CanRecordChange)
            throw AuditTrail.Failure(place.Name.ToString());
        try
        {
            var receipt = await change().ConfigureAwait(false);
            trail.TryRecord(trail.About(operation, AccessOutcome.Success, place.Name) with
            {
                Source = AccessSource.Backend,
                Version = receipt.Version.Id,
                RequestId = receipt.RequestId,
                Duration = time.GetElapsedTime(began),
            });
            return receipt;
        }
        catch (SecretException error)
        {
            trail.TryRecord(trail.About(operation, AuditTrail.OutcomeOf(error), place.Name) with { Duration = time.GetElapsedTime(began), Error = error.Code });
            throw;
        }
        catch (OperationCanceledException)
        {
            // Whoever gave up does not know whether it was made, and the audit must not know less.
            trail.TryRecord(trail.About(operation, AccessOutcome.Failed, place.Name) with { Duration = time.GetElapsedTime(began) });
            throw;
        }
    }

    private async IAsyncEnumerable<T> EnumerateAsync<T>(
        AccessOperation operation, string about, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken ct)
    {
        trail.Demand(trail.Journal.About(operation, AccessOutcome.Success) with { Name = about, Source = AccessSource.Backend });
        await foreach (var item in items.WithCancellation(ct).ConfigureAwait(false))
            yield return item;
    }
}
