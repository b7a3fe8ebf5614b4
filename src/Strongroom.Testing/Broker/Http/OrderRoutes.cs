using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.Testing;

/// <summary>Alpaca's order routes.</summary>
internal sealed class OrderRoutes(Exchange exchange)
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 500;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v2/orders", PlaceAsync);
        app.MapGet("/v2/orders", ListAsync);
        app.MapDelete("/v2/orders", CancelAllAsync);
        app.MapGet("/v2/orders/{id}", GetAsync);
        app.MapDelete("/v2/orders/{id}", CancelAsync);
        app.MapGet("/v2/orders:by_client_order_id", GetByClientOrderIdAsync);
    }

    private async Task PlaceAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        OrderRequest? request = null;
        try
        {
            request = OrderRequest.Parse(await ReadBodyAsync(context));
            var order = exchange.Place(caller.Account, request, caller.KeyId);
            exchange.Record(caller.Account.Name, caller.KeyId, request, 200);
            await WriteAsync(context, order);
        }
        catch (Refusal refusal)
        {
            exchange.Record(caller.Account.Name, caller.KeyId, request, refusal.Status);
            throw;
        }
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var status = OneOf(query["status"], "status", "open", "closed", "all");
        var direction = OneOf(query["direction"], "direction", "desc", "asc");
        var limit = Limit(query["limit"]);
        var after = Wire.Instant(query["after"], "after");
        var until = Wire.Instant(query["until"], "until");
        var side = query["side"].ToString();
        var symbols = query["symbols"]
            .ToString()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var orders = exchange.Read(Caller.Of(context).Account, view =>
        {
            var found = view.Account.Orders.Where(o =>
                (status == "all" || o.IsOpen == (status == "open"))
                && (after is null || o.SubmittedAt > after)
                && (until is null || o.SubmittedAt < until)
                && (side.Length == 0 || o.Request.Side == side)
                && (symbols.Length == 0 || symbols.Contains(o.Symbol))
            );
            return (direction == "asc" ? found : found.Reverse()).Take(limit).Select(OrderJson.From).ToList();
        });
        return context.WriteAsync(orders, AlpacaJson.Default.IReadOnlyListOrderJson);
    }

    private Task GetAsync(HttpContext context)
    {
        var id = Id(context);
        return FindAsync(context, account => account.Find(id), id.ToString());
    }

    private Task GetByClientOrderIdAsync(HttpContext context)
    {
        var id = context.Request.Query["client_order_id"].ToString();
        return id.Length == 0
            ? throw Refusal.Invalid("client_order_id is required")
            : FindAsync(context, account => account.Find(id), id);
    }

    private Task CancelAsync(HttpContext context)
    {
        exchange.Cancel(Caller.Of(context).Account, Id(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task CancelAllAsync(HttpContext context)
    {
        var canceled = exchange.CancelAll(Caller.Of(context).Account).Select(id => new CanceledOrderJson(id, 200)).ToList();
        return context.WriteAsync(canceled, AlpacaJson.Default.IReadOnlyListCanceledOrderJson, StatusCodes.Status207MultiStatus);
    }

    private Task FindAsync(HttpContext context, Func<BrokerAccount, BrokerOrder?> find, string id)
    {
        var order = exchange.Read(Caller.Of(context).Account, view =>
            OrderJson.From(find(view.Account) ?? throw Refusal.NotFound($"order not found for {id}"))
        );
        return context.WriteAsync(order, AlpacaJson.Default.OrderJson);
    }

    public Task WriteAsync(HttpContext context, BrokerOrder order)
    {
        var json = exchange.Read((_, _) => OrderJson.From(order));
        return context.WriteAsync(json, AlpacaJson.Default.OrderJson);
    }

    private static async Task<JsonElement> ReadBodyAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw Refusal.BadBody();
        }
    }

    private static Guid Id(HttpContext context)
    {
        var text = (string)context.GetRouteValue("id")!;
        return Guid.TryParse(text, out var id) ? id : throw Refusal.NotFound($"order not found for {text}");
    }

    // The first word is the default.
    private static string OneOf(string? text, string name, params string[] known) =>
        string.IsNullOrEmpty(text) ? known[0]
        : known.Contains(text) ? text
        : throw Refusal.Invalid($"invalid {name}");

    private static int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return DefaultLimit;
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= LargestLimit
            ? limit
            : throw Refusal.Invalid($"limit must be between 1 and {LargestLimit}");
    }
}
