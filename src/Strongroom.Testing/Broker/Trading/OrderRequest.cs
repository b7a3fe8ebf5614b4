using System.Globalization;
using System.Text.Json;

namespace Strongroom.Testing;

/// <summary>The body of <c>POST /v2/orders</c>, read and held to the rules that need no account.</summary>
internal sealed record OrderRequest(
    string Symbol,
    string Side,
    string Type,
    string TimeInForce,
    decimal? Quantity,
    decimal? Notional,
    decimal? LimitPrice,
    decimal? StopPrice,
    bool ExtendedHours,
    string? ClientOrderId
)
{
    private const int LongestClientOrderId = 128;

    public static OrderRequest Market(string symbol, string side, decimal quantity) =>
        new(symbol, side, "market", "day", quantity, null, null, null, false, null);

    public static OrderRequest Parse(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw Refusal.BadBody();
        var request = new OrderRequest(
            Text(body, "symbol") ?? throw Refusal.Invalid("symbol is required"),
            Word(body, "side", "buy", "sell"),
            Word(body, "type", "market", "limit", "stop", "stop_limit"),
            Word(body, "time_in_force", "day", "gtc", "ioc", "fok"),
            Number(body, "qty"),
            Number(body, "notional"),
            Number(body, "limit_price"),
            Number(body, "stop_price"),
            body.TryGetProperty("extended_hours", out var extended) && extended.ValueKind == JsonValueKind.True,
            Text(body, "client_order_id")
        );
        if (Text(body, "order_class") is not (null or "" or "simple"))
            throw Refusal.Unprocessable("the paper broker takes simple orders only");
        request.Check();
        return request;
    }

    private void Check()
    {
        if (Quantity is null == Notional is null)
            throw Refusal.Invalid(Quantity is null ? "qty or notional is required" : "only one of qty or notional is accepted");
        if (Quantity <= 0)
            throw Refusal.Invalid("qty must be > 0");
        if (Notional < 1)
            throw Refusal.Invalid("notional amount must be >= 1.00");
        if (Notional is not null && (Type != "market" || TimeInForce != "day"))
            throw Refusal.Unprocessable("notional orders must be DAY market orders");
        if (Quantity is { } quantity && quantity != decimal.Truncate(quantity) && TimeInForce != "day")
            throw Refusal.Unprocessable("fractional orders must be DAY orders");
        CheckPrice("limit_price", LimitPrice, needed: Type is "limit" or "stop_limit");
        CheckPrice("stop_price", StopPrice, needed: Type is "stop" or "stop_limit");
        if (ExtendedHours && (Type != "limit" || TimeInForce is not ("day" or "gtc")))
            throw Refusal.Unprocessable("extended hours order must be DAY limit orders");
        if (ClientOrderId?.Length > LongestClientOrderId)
            throw Refusal.Invalid($"client_order_id must be no more than {LongestClientOrderId} characters");
    }

    private void CheckPrice(string name, decimal? price, bool needed)
    {
        var words = Type.Replace('_', ' ');
        if (needed && price is null)
            throw Refusal.Invalid($"{words} orders require {name.Replace('_', ' ')}");
        if (!needed && price is not null)
            throw Refusal.Invalid($"{words} orders require no {name.Replace('_', ' ')}");
        if (price <= 0)
            throw Refusal.Invalid($"{name} must be > 0");
        if (price is { } p && decimal.Round(p, p >= 1 ? 2 : 4) != p)
            throw Refusal.Unprocessable($"invalid {name} {p}. sub-penny increment does not fulfill minimum pricing criteria");
    }

    private static string Word(JsonElement body, string name, params string[] known)
    {
        var text = Text(body, name) ?? throw Refusal.Invalid($"{name} is required");
        return known.Contains(text) ? text : throw Refusal.Invalid($"invalid {name}");
    }

    private static string? Text(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Refusal.BadBody();
    }

    // Alpaca documents these as string or number.
    private static decimal? Number(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Refusal.BadBody(),
        };
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refusal.Invalid($"invalid {name}");
    }
}
