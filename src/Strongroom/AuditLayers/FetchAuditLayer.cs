using System.Diagnostics;
using System.Runtime.CompilerServices;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Journaling;

namespace Strongroom.AuditLayers;

/// <summary>
/// Records every exchange with the backend, including refreshes and writes, with the backend's request id and the duration.
/// </summary>
internal sealed class FetchAuditLayer(
    ISecretBackend inner,
    IRotatingBackend? rotating,
    AuditTrail trail,
    Action<TimeSpan> onFetched,
    TimeProvider time
) : IRotatingBackend
{
    /// <summary>Has the same name as the meter.</summary>
    internal static readonly ActivitySource Activities = new("Strongroom");

    public string Name => inner.Name;

    public BackendCapabilities Capabilities => inner.Capabilities;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        using var activity = Activities.StartActivity("strongroom.fetch", ActivityKind.Client);
        activity?.SetTag("strongroom.backend", inner.Name).SetTag("strongroom.bundles", requests.Count);
        var began = time.GetTimestamp();
        var answers = await inner.ReadAsync(requests, ct).ConfigureAwait(false);
        var duration = time.GetElapsedTime(began);
        onFetched(duration);
        var recorded = new SecretReadResult[answers.Count];
        for (var i = 0; i < recorded.Length; i++)
            recorded[i] = Recorded(answers[i], duration);
        return recorded;
    }

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Write, write.Location, () => inner.WriteAsync(write, ct));

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Delete, location, () => inner.DeleteAsync(location, ct));

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Restore, location, () => inner.RestoreAsync(location, version, ct));

    public ValueTask<PendingVersion?> FindPendingAsync(SecretLocation location, CancellationToken ct) =>
        RecordAsync(
            AccessOperation.Probe,
            location,
            () => Rotating(location).FindPendingAsync(location, ct),
            static found => found?.Version.Id,
            static _ => null
        );

    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => ChangeAsync(AccessOperation.Promote, location, () => Rotating(location).PromoteAsync(location, pending, expected, ct));

    public ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Discard, location, () => Rotating(location).DiscardAsync(location, pending, ct));

    public ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    ) =>
        ChangeAsync(AccessOperation.Restore, location, () =>
            Rotating(location).MakeCurrentAsync(location, version, expected, ct)
        );

    public ValueTask<SecretWriteResult> KeepAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Annotate, location, () => Rotating(location).KeepAsync(location, version, ct));

    public ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        ChangeAsync(AccessOperation.Destroy, location, () => Rotating(location).DestroyAsync(location, version, ct));

    public ValueTask<bool> NoteRotationAsync(SecretLocation location, DateTimeOffset at, CancellationToken ct) =>
        RecordAsync(
            AccessOperation.Annotate,
            location,
            () => Rotating(location).NoteRotationAsync(location, at, ct),
            static _ => null,
            static _ => null
        );

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) =>
        EnumerateAsync(AccessOperation.List, prefix ?? "", () => inner.ListAsync(prefix, ct), ct);

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        EnumerateAsync(AccessOperation.History, location.Name.ToString(), () => inner.HistoryAsync(location, ct), ct);

    private IRotatingBackend Rotating(SecretLocation location) =>
        rotating
        ?? throw new SecretRefusedException(
            SecretErrorCode.Unsupported,
            $"The {Name} backend keeps no pending values, so '{location.Name}' cannot be rotated there. Use vault or aws.",
            location.Name,
            Name
        );

    private SecretReadResult Recorded(SecretReadResult answer, TimeSpan duration)
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
            // A for loop, since the enumerator of an interface would be allocated for each read.
            for (var i = 0; i < answer.Request.Locations.Count; i++)
            {
                var record = trail.About(
                    operation,
                    answer.Succeeded ? AccessOutcome.Success : AuditTrail.OutcomeOf(answer.Error),
                    answer.Request.Locations[i].Name
                ) with
                {
                    Source = answer.Succeeded ? AccessSource.Backend : AccessSource.None,
                    Version = answer.Succeeded ? answer.Version.Id : answer.Request.Version?.Id,
                    RequestId = answer.RequestId,
                    Duration = duration,
                    Error = answer.Error?.Code,
                };
                if (!answer.Succeeded)
                    trail.RecordFailure(record);
                else if (operation == AccessOperation.Fetch)
                    trail.Require(record);
                else
                    trail.RequireOrCount(record);
            }
            return answer;
        }
        catch (SecretAuditFailedException unrecorded)
        {
            foreach (var value in answer.Values ?? [])
                value.Dispose();
            return SecretReadResult.Failure(answer.Request, unrecorded);
        }
    }

    private ValueTask<SecretWriteResult> ChangeAsync(
        AccessOperation operation,
        SecretLocation location,
        Func<ValueTask<SecretWriteResult>> change
    ) => RecordAsync(operation, location, change, static result => result.Version.Id, static result => result.RequestId);

    /// <summary>Records the intent before anything is sent, since a change cannot be undone.</summary>
    private async ValueTask<T> RecordAsync<T>(
        AccessOperation operation,
        SecretLocation location,
        Func<ValueTask<T>> act,
        Func<T, string?> versionOf,
        Func<T, string?> requestOf
    )
    {
        var began = time.GetTimestamp();
        using var intent = trail.Intend(trail.About(operation, AccessOutcome.Unknown, location.Name));
        try
        {
            var result = await act().ConfigureAwait(false);
            intent.Complete(
                trail.About(operation, AccessOutcome.Success, location.Name) with
                {
                    Source = AccessSource.Backend,
                    Version = versionOf(result),
                    RequestId = requestOf(result),
                    Duration = time.GetElapsedTime(began),
                }
            );
            return result;
        }
        catch (Exception error)
        {
            intent.Complete(
                trail.About(operation, AuditTrail.OutcomeOfChange(error), location.Name) with
                {
                    Duration = time.GetElapsedTime(began),
                    Error = (error as SecretException)?.Code,
                }
            );
            throw;
        }
    }

    /// <summary>
    /// One row for each enumeration, with its outcome; the intent is recorded before anything is returned. Stopping early counts
    /// as success.
    /// </summary>
    private async IAsyncEnumerable<T> EnumerateAsync<T>(
        AccessOperation operation,
        string about,
        Func<IAsyncEnumerable<T>> enumerate,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var began = time.GetTimestamp();
        using var intent = trail.Intend(trail.Journal.About(operation, AccessOutcome.Unknown) with { Name = about });
        IAsyncEnumerator<T>? items = null;
        try
        {
            while (true)
            {
                try
                {
                    items ??= enumerate().GetAsyncEnumerator(ct);
                    if (!await items.MoveNextAsync().ConfigureAwait(false))
                        break;
                }
                catch (Exception error)
                {
                    intent.Fail(
                        Ended(error is SecretException known ? AuditTrail.OutcomeOf(known) : AccessOutcome.Failed) with
                        {
                            Error = (error as SecretException)?.Code,
                        }
                    );
                    throw;
                }
                yield return items.Current;
            }
        }
        finally
        {
            intent.Complete(Ended(AccessOutcome.Success) with { Source = AccessSource.Backend });
            if (items is not null)
                await items.DisposeAsync().ConfigureAwait(false);
        }

        JournalRecord Ended(AccessOutcome outcome) =>
            trail.Journal.About(operation, outcome) with
            {
                Name = about,
                Duration = time.GetElapsedTime(began),
            };
    }
}
