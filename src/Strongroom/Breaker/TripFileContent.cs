using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strongroom.Breaker;

/// <summary>What a local file of trips holds. Trips are of any scope; a clearance is kept beside its trip.</summary>
internal sealed record TripFileContent(IReadOnlyList<TripRecord> Trips, IReadOnlyList<TripClearance> Clearances)
{
    /// <summary>Cleared trips that are kept for other processes of the service to see, where no database has them.</summary>
    internal const int MostCleared = 64;

    internal static TripFileContent Empty { get; } = new([], []);

    [JsonIgnore]
    internal IEnumerable<TripRecord> Uncleared => Trips.Where(trip => !IsCleared(trip.Id));

    /// <exception cref="JsonException">It is not what <see cref="ToJson"/> makes, nor the bare list of trips of older
    /// versions.</exception>
    internal static TripFileContent Parse(ReadOnlySpan<byte> json)
    {
        var content = json.TrimStart(" \t\r\n"u8) is [(byte)'[', ..]
            ? new TripFileContent(
                JsonSerializer.Deserialize(json, TripJson.Default.ListTripRecord) ?? throw new JsonException(),
                []
            )
            : JsonSerializer.Deserialize(json, TripJson.Default.TripFileContent) ?? throw new JsonException();
        return content.Trips.Any(trip => trip is null) || content.Clearances.Any(clearance => clearance is null)
            ? throw new JsonException()
            : content;
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, TripJson.Default.TripFileContent);

    internal bool Has(Guid id) => Trips.Any(trip => trip.Id == id);

    internal bool IsCleared(Guid id) => Clearances.Any(clearance => clearance.TripId == id);

    internal TripFileContent With(TripRecord trip) => this with { Trips = [.. Trips, trip] };

    internal TripFileContent With(TripClearance clearance)
    {
        var cleared = this with { Clearances = [.. Clearances, clearance] };
        return cleared.Without([.. cleared.Clearances.SkipLast(MostCleared).Select(old => old.TripId)]);
    }

    internal TripFileContent Without(IReadOnlyCollection<Guid> ids) =>
        new(
            [.. Trips.Where(trip => !ids.Contains(trip.Id))],
            [.. Clearances.Where(clearance => !ids.Contains(clearance.TripId))]
        );
}

[JsonSourceGenerationOptions(
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TripFileContent))]
[JsonSerializable(typeof(List<TripRecord>))]
internal sealed partial class TripJson : JsonSerializerContext;
