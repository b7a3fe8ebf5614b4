using Microsoft.AspNetCore.Http.HttpResults;
using Trading.Contracts;

namespace ExecutionGateway.Orders;

internal static class OrderEndpoints
{
    /// <summary><c>POST /orders</c></summary>
    public static async Task<Results<Ok<OrderReport>, ValidationProblem, ProblemHttpResult>> SubmitAsync(
        SubmitOrder order,
        OrderService service,
        IHostApplicationLifetime host
    )
    {
        var faults = Faults(order);
        if (faults.Count > 0)
            return TypedResults.ValidationProblem(faults);
        // Not the request's own token: a caller that disconnects must not leave an order half sent.
        return await service.SubmitAsync(order, host.ApplicationStopping) is { } report
            ? TypedResults.Ok(report)
            : TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Another order has this client order id.");
    }

    /// <summary><c>GET /orders?status=working</c></summary>
    public static async Task<Results<Ok<OrdersAnswer>, ValidationProblem>> WorkingAsync(
        string? status,
        OrderService service,
        CancellationToken ct
    ) =>
        status is "working"
            ? TypedResults.Ok(new OrdersAnswer(await service.WorkingAsync(ct)))
            : TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["status"] = ["Ask for status=working."] });

    /// <summary><c>POST /orders/{clientOrderId}/cancel</c></summary>
    public static async Task<Results<Ok<OrderReport>, NotFound>> CancelAsync(
        string clientOrderId,
        OrderService service,
        IHostApplicationLifetime host
    ) =>
        ClientOrderId.IsValid(clientOrderId) && await service.CancelAsync(clientOrderId, host.ApplicationStopping) is { } report
            ? TypedResults.Ok(report)
            : TypedResults.NotFound();

    private static Dictionary<string, string[]> Faults(SubmitOrder order)
    {
        var faults = new Dictionary<string, string[]>();
        if (!ClientOrderId.IsValid(order.ClientOrderId))
            faults["clientOrderId"] = [$"Letters, digits, -, _ and ., at most {ClientOrderId.Longest}."];
        if (order.RunId == Guid.Empty)
            faults["runId"] = ["Give the run's id."];
        if (order.Cycle < 1)
            faults["cycle"] = ["Cycles count from 1."];
        if (!Symbols.IsSymbol(order.Symbol))
            faults["symbol"] = ["1 to 10 upper-case letters, digits or dots, starting with a letter."];
        if (!Enum.IsDefined(order.Side))
            faults["side"] = ["buy or sell."];
        if (!Enum.IsDefined(order.Kind))
            faults["kind"] = ["market or limit."];
        if (order.Quantity <= 0 || order.Quantity > 1_000_000 || order.Quantity != decimal.Truncate(order.Quantity))
            faults["quantity"] = ["A whole number of shares from 1 to 1000000."];
        if (order.Kind == OrderKind.Limit ? order.LimitPrice is not > 0 : order.LimitPrice is not null)
            faults["limitPrice"] = ["A limit order has one, above 0; a market order has none."];
        return faults;
    }
}
