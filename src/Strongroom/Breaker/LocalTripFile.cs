using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strongroom.Breaker;

/// <summary>
/// Keeps trips on this machine until the database has them. A trip is written here first, so that a process that dies in the next
/// instant still starts halted. Also the whole store where no database is set up.
/// </summary>
internal sealed class LocalTripFile(string path) : ITripStore
{
    private readonly Lock _gate = new();

    public ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
    {
        lock (_gate)
        {
            var trips = Read();
            if (!trips.Exists(known => known.Id == trip.Id))
                Write([.. trips, trip]);
        }
        return default;
    }

    public ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct)
    {
        lock (_gate)
            return new([.. Read().Where(trip => trip.Scope == scope)]);
    }

    public ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct) => new(Remove(clearance.TripId));

    internal bool Remove(Guid id)
    {
        lock (_gate)
        {
            var trips = Read();
            if (trips.RemoveAll(trip => trip.Id == id) == 0)
                return false;
            Write(trips);
            return true;
        }
    }

    private List<TripRecord> Read()
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), TripJson.Default.ListTripRecord) ?? [];
        }
        catch (JsonException)
        {
            throw new SecretConfigurationException(
                SecretErrorCode.SettingInvalid,
                $"The file of trips {path} is damaged, so it is not known whether trading may go on. Look into it, then remove it.");
        }
    }

    private void Write(List<TripRecord> trips)
    {
        var next = path + ".new";
        using (var stream = new FileStream(next, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, trips, TripJson.Default.ListTripRecord);
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}

[JsonSerializable(typeof(List<TripRecord>))]
internal sealed partial class TripJson : JsonSerializerContext;
