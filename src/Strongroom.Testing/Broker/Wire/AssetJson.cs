using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Strongroom.Testing;

/// <summary><c>GET /v2/assets</c>.</summary>
internal sealed record AssetJson(
    Guid Id,
    [property: JsonPropertyName("class")] string AssetClass,
    string Exchange,
    string Symbol,
    string Name,
    string Status,
    bool Tradable,
    bool Marginable,
    bool Shortable,
    bool EasyToBorrow,
    bool Fractionable,
    string MaintenanceMarginRequirement,
    IReadOnlyList<string> Attributes
)
{
    public const string UsEquity = "us_equity";

    public static AssetJson Of(string symbol, bool shortable) =>
        new(
            IdOf(symbol),
            UsEquity,
            "NASDAQ",
            symbol,
            $"{symbol} on paper",
            "active",
            Tradable: true,
            Marginable: true,
            shortable,
            shortable,
            Fractionable: true,
            "30",
            []
        );

    // An asset keeps its id over restarts, as a real one does.
    public static Guid IdOf(string symbol) => new(SHA256.HashData(Encoding.UTF8.GetBytes(symbol)).AsSpan(0, 16));
}
