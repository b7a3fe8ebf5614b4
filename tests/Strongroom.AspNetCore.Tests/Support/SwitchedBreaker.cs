using Strongroom.Breaker;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>A credential breaker whose permission a test sets.</summary>
internal sealed class SwitchedBreaker : ICredentialBreaker
{
    private readonly List<TripRecord> _uncleared = [];

    public bool IsActive { get; set; } = true;

    public CredentialPermission Permission { get; set; } = CredentialPermission.All;

    public IReadOnlyList<TripRecord> Uncleared => [.. _uncleared];

    internal List<(string Operator, string Reason)> Cleared { get; } = [];

    /// <summary>Thrown by a clearance.</summary>
    internal Exception? Failure { get; set; }

    internal Func<Task> OnClear { get; set; } = () => Task.CompletedTask;

    internal int Refreshes { get; private set; }

    public void RequireAll()
    {
        if (Permission != CredentialPermission.All)
            throw new SecretRefusedException(SecretErrorCode.BreakerRefused, "The test permits no new work.");
    }

    public ValueTask<TripRecord> TripAsync(TripCause cause, string bundle, string version, string detail, CancellationToken ct)
    {
        var trip = new TripRecord(
            Guid.NewGuid(),
            new TripScope("test", ""),
            "execution_gateway",
            "one",
            bundle,
            version,
            cause,
            detail,
            DateTimeOffset.UnixEpoch
        );
        _uncleared.Add(trip);
        Permission = CredentialPermission.Halted;
        return ValueTask.FromResult(trip);
    }

    public async ValueTask<bool> ClearAsync(Guid id, string @operator, string reason, CancellationToken ct)
    {
        if (Failure is not null)
            throw Failure;
        await OnClear();
        if (_uncleared.RemoveAll(trip => trip.Id == id) == 0)
            return false;
        Cleared.Add((@operator, reason));
        Permission = CredentialPermission.All;
        return true;
    }

    public ValueTask RefreshAsync(CancellationToken ct)
    {
        Refreshes++;
        return ValueTask.CompletedTask;
    }
}
