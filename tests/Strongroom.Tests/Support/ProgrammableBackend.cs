using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Strongroom.Backends;

namespace Strongroom.Tests.Support;

/// <summary>A backend in memory that does as it is told: fails, hangs, changes revisions. It counts what it was asked.</summary>
internal sealed class ProgrammableBackend : ISecretBackend
{
    private readonly ConcurrentDictionary<string, int> _revisions = new();
    private readonly ConcurrentDictionary<(string, int), byte[]> _values = new();
    private readonly ConcurrentDictionary<string, int[]> _firsts = new();
    private readonly ConcurrentDictionary<string, Func<SecretRequest, SecretException?>> _failures = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, int> _inFlight = new();

    private int _underWay;

    public string Name => "programmable";

    public BackendCapabilities Capabilities { get; init; } = new() { Versions = true };

    public ConcurrentQueue<SecretRequest> Requests { get; } = [];

    public int Calls { get; private set; }

    /// <summary>Told of each request as it comes.</summary>
    public Action<SecretRequest> Asked { get; set; } = _ => { };

    /// <summary>Told of each answer as it leaves.</summary>
    public Action<SecretReadResult> Answered { get; set; } = _ => { };

    /// <summary>The most requests for one path that were ever under way at once.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>The most requests that were ever under way at once.</summary>
    public int MostAtOnce { get; private set; }

    public int CallsFor(string path) => Requests.Count(request => request.Path.Path == path);

    /// <summary>A new revision, with new values; what it did wrong before is forgotten.</summary>
    public SecretVersion Rotate(string path)
    {
        _failures.TryRemove(path, out _);
        return new SecretVersion($"{_revisions.AddOrUpdate(path, 2, (_, old) => old + 1)}");
    }

    /// <summary>Removed and written again: another revision, whose version is the first again.</summary>
    public void Remake(string path)
    {
        Rotate(path);
        var first = _revisions[path];
        _firsts.AddOrUpdate(path, [1, first], (_, firsts) => [.. firsts, first]);
    }

    /// <summary>The number that a revision's version has.</summary>
    public int VersionOf(string path, int revision) => revision - FirstOf(path, revision) + 1;

    public static int RevisionOf(DateTimeOffset? createdAt) => (int)(createdAt!.Value - DateTimeOffset.UnixEpoch).TotalDays;

    public void Fail(string path, SecretErrorCode code, TimeSpan? retryAfter = null) =>
        Fail(path, request => Error(request, code, retryAfter));

    public void Fail(string path, Func<SecretRequest, SecretException?> failure) => _failures[path] = failure;

    public void Heal(string path) => _failures.TryRemove(path, out _);

    /// <summary>Requests for the path wait until the gate is opened.</summary>
    public TaskCompletionSource Hang(string path) => _gates[path] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unhang(string path)
    {
        if (_gates.TryRemove(path, out var gate))
            gate.TrySetResult();
    }

    public string ValueOf(string path, int revision = 1, int field = 0) =>
        Convert.ToHexString(Bytes($"{path}#{field}", revision));

    public async ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        lock (this)
            Calls++;
        foreach (var request in requests)
            Requests.Enqueue(request);
        Count(requests, +1);
        try
        {
            foreach (var request in requests)
                Asked(request);
            foreach (var request in requests)
            {
                if (_gates.TryGetValue(request.Path.Path, out var gate))
                    await gate.Task.WaitAsync(ct);
            }
            SecretReadResult[] answers = [.. requests.Select(Answer)];
            Array.ForEach(answers, Answered);
            return answers;
        }
        finally
        {
            Count(requests, -1);
        }
    }

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) =>
        new(new SecretWriteResult(Rotate(write.Location.StoredName.Path), "request-write"));

    public async IAsyncEnumerable<SecretName> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var path in new[] { "alpaca/credentials", "database/password", "somebody/elses" })
            yield return SecretName.Parse(path);
    }

    public async IAsyncEnumerable<SecretVersionInfo> HistoryAsync(
        SecretLocation location,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await Task.Yield();
        yield return new SecretVersionInfo(new SecretVersion("1"), null, SecretVersionState.Available, true, []);
    }

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        throw Error(new SecretRequest("x", [location], ReadPurpose.Get), SecretErrorCode.Denied, null);

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        new(new SecretWriteResult(version ?? new SecretVersion("1")));

    private void Count(IReadOnlyList<SecretRequest> requests, int by)
    {
        lock (this)
            MostAtOnce = Math.Max(MostAtOnce, _underWay += by);
        foreach (var request in requests)
        {
            var now = _inFlight.AddOrUpdate(request.Path.Path, by, (_, old) => old + by);
            lock (this)
                MostInFlight = Math.Max(MostInFlight, now);
        }
    }

    private SecretReadResult Answer(SecretRequest request)
    {
        if (_failures.TryGetValue(request.Path.Path, out var failure) && failure(request) is { } error)
            return SecretReadResult.Failure(request, error);
        var newest = _revisions.GetValueOrDefault(request.Path.Path, 1);
        var revision = request.Version is { } version
            ? FirstOf(request.Path.Path, newest) + int.Parse(version.Id, null) - 1
            : newest;
        return SecretReadResult.Success(
            request,
            [.. request.Locations.Select((location, i) => SecretValue.FromText(ValueOf(request.Path.Path, revision, i)))],
            new SecretVersion($"{VersionOf(request.Path.Path, revision)}"),
            DateTimeOffset.UnixEpoch.AddDays(revision),
            "request-read"
        );
    }

    private int FirstOf(string path, int revision) => _firsts.GetValueOrDefault(path, [1]).Last(first => first <= revision);

    private byte[] Bytes(string path, int revision) =>
        _values.GetOrAdd((path, revision), _ => RandomNumberGenerator.GetBytes(16));

    private SecretException Error(SecretRequest request, SecretErrorCode code, TimeSpan? retryAfter)
    {
        var name = request.Locations[0].Name;
        var message = $"The programmed failure of '{request.Path}'.";
        return code switch
        {
            SecretErrorCode.Missing or SecretErrorCode.Deleted => new SecretNotFoundException(code, message, name, Name),
            SecretErrorCode.Denied or SecretErrorCode.LoginRejected => new SecretAccessDeniedException(code, message, name, Name),
            _ => new SecretUnavailableException(code, message, name, Name, retryAfter: retryAfter),
        };
    }
}
