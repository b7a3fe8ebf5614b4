using Strongroom.Breaker;

namespace Strongroom.Tests.Support;

/// <summary>A real local file of trips on a disk that may be full, or hang.</summary>
internal sealed class UnreliableTripFile : ILocalTripStore
{
    private LocalTripFile? _file;

    /// <summary>The disk is full, or mounted read-only.</summary>
    public bool IsFull { get; set; }

    /// <summary>What each call waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public LocalTripFile File => _file ?? throw new InvalidOperationException("It is not in use yet.");

    public UnreliableTripFile Over(string path)
    {
        _file = new LocalTripFile(path);
        return this;
    }

    public async ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
    {
        await WriteAsync();
        await File.RecordAsync(trip, ct);
    }

    public async ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct)
    {
        await Gate;
        return await File.ListUnclearedAsync(scope, ct);
    }

    public async ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(
        IReadOnlyCollection<Guid> trips,
        CancellationToken ct
    )
    {
        await Gate;
        return await File.ReadClearancesAsync(trips, ct);
    }

    public async ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct)
    {
        await WriteAsync();
        return await File.ClearAsync(clearance, ct);
    }

    public async ValueTask<IReadOnlyList<(TripRecord Trip, TripClearance Clearance)>> ListClearedAsync(
        TripScope scope,
        CancellationToken ct
    )
    {
        await Gate;
        return await File.ListClearedAsync(scope, ct);
    }

    public async ValueTask ForgetAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await WriteAsync();
        await File.ForgetAsync(ids, ct);
    }

    private async Task WriteAsync()
    {
        await Gate;
        if (IsFull)
            throw new SecretWriteException(SecretErrorCode.WriteFailed, "No space left on device.");
    }
}
