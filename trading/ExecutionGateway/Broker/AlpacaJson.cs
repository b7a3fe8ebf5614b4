using System.Net;
using System.Text.Json.Serialization;

namespace ExecutionGateway.Broker;

/// <summary>The body of <c>POST /v2/orders</c>. Alpaca takes decimals as text.</summary>
internal sealed record AlpacaOrderRequest(
    string Symbol,
    string Qty,
    string Side,
    string Type,
    string TimeInForce,
    string? LimitPrice,
    string ClientOrderId
);

/// <summary>An order as every order route sends it; what is not used is not read.</summary>
internal sealed record AlpacaOrder(
    string Id,
    string ClientOrderId,
    string Status,
    decimal FilledQty,
    decimal? FilledAvgPrice = null
);

internal sealed record AlpacaAccount(decimal Equity, decimal LastEquity, decimal Cash, decimal BuyingPower);

/// <summary>A position.</summary>
/// <param name="QtyAvailable">What no working order is about to close, as the broker itself reckons it; null where it does not
/// say.</param>
internal sealed record AlpacaPosition(
    string Symbol,
    decimal Qty,
    decimal AvgEntryPrice,
    decimal? CurrentPrice = null,
    decimal? QtyAvailable = null
);

/// <summary>Alpaca's error. Its message is not passed on, since it may echo what was sent.</summary>
internal sealed record AlpacaRefusal(int? Code = null, string? Message = null)
{
    private const int InvalidField = 40010001;

    /// <summary>The broker's codes are a status and five digits; a proxy's JSON error has others, if any.</summary>
    public bool IsBrokers => Code is >= 400_00000 and < 600_00000;

    /// <summary>A duplicate client order id has the code of any invalid field, so each such error may mean it.</summary>
    public bool MayMeanDuplicate(HttpStatusCode status) =>
        status is HttpStatusCode.Conflict
        || (
            status is HttpStatusCode.UnprocessableEntity
            && (Code == InvalidField || Message?.Contains("client_order_id", StringComparison.OrdinalIgnoreCase) == true)
        );
}

// A response that lacks a field is not valid: an equity of 0 would sell everything, and an empty id would match any order.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AlpacaOrderRequest))]
[JsonSerializable(typeof(AlpacaOrder))]
[JsonSerializable(typeof(AlpacaAccount))]
[JsonSerializable(typeof(IReadOnlyList<AlpacaPosition>))]
[JsonSerializable(typeof(AlpacaRefusal))]
internal sealed partial class AlpacaJson : JsonSerializerContext;
