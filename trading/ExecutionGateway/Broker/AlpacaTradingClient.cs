using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Strongroom;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace ExecutionGateway.Broker;

/// <summary>Alpaca's trading API. It sends and maps; the sender decides when to send again.</summary>
internal sealed class AlpacaTradingClient(HttpClient http)
{
    public async Task<PlaceOutcome> PlaceAsync(OrderReport order, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/orders")
        {
            Content = JsonContent.Create(
                new AlpacaOrderRequest(
                    order.Symbol,
                    Text(order.Quantity),
                    order.Side == OrderSide.Buy ? "buy" : "sell",
                    order.Kind == OrderKind.Limit ? "limit" : "market",
                    "day",
                    order.LimitPrice is { } limit ? Text(limit) : null,
                    order.ClientOrderId
                ),
                AlpacaJson.Default.AlpacaOrderRequest
            ),
        };
        // The breaker's handler reads this right before the bytes leave, at each attempt.
        request.Options.Set(TradingRisk.Opens, order.OpensRisk);
        try
        {
            using var answer = await http.SendAsync(request, ct);
            return await ReadPlacedAsync(answer, order.ClientOrderId, ct);
        }
        catch (SecretRefusedException e) when (e.Code == SecretErrorCode.BreakerRefused)
        {
            return new PlaceOutcome.Refused("The credential breaker, or a credential in doubt, allows no order that opens risk.");
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.TooManyRequests)
        {
            // From the pause handler: this request was never sent, unlike one that the broker answers 429.
            return new PlaceOutcome.Refused("The broker asked for a pause (Retry-After), and an order that opens risk can wait.");
        }
        catch (Exception e) when (IsNoAnswer(e, ct))
        {
            return new PlaceOutcome.Unknown(
                e is OperationCanceledException ? "No response in time." : "No response, or an incomplete one."
            );
        }
    }

    /// <summary>Gives the order of that name, or null where the broker says that it has none.</summary>
    /// <param name="clientOrderId">The name.</param>
    /// <param name="isForCancel">True where a cancel depends on it: then no pause delays it.</param>
    /// <param name="ct">Cancels the request.</param>
    public async Task<BrokerOrder?> FindAsync(string clientOrderId, CancellationToken ct, bool isForCancel = false)
    {
        using var answer = await GetAsync($"/v2/orders:by_client_order_id?client_order_id={clientOrderId}", isForCancel, ct);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            // A proxy's page tells nothing about orders; the broker's own 404 is JSON with its code.
            return await RefusalAsync(answer, ct) is { IsBrokers: true }
                ? null
                : throw new HttpRequestException("The broker's 404 is not its own.");
        }
        answer.EnsureSuccessStatusCode();
        return BrokerOrder.From(await ReadAsync(answer, AlpacaJson.Default.AlpacaOrder, ct), clientOrderId);
    }

    /// <summary>Requests the cancellation of an order. A look-up tells the result.</summary>
    public async Task CancelAsync(string brokerOrderId, CancellationToken ct)
    {
        using var answer = await http.DeleteAsync($"/v2/orders/{brokerOrderId}", ct);
        // 404 and 422: it is off the book already.
        if (answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity))
            answer.EnsureSuccessStatusCode();
    }

    public async Task<AlpacaAccount> AccountAsync(CancellationToken ct)
    {
        using var answer = await http.GetAsync("/v2/account", ct);
        answer.EnsureSuccessStatusCode();
        return await ReadAsync(answer, AlpacaJson.Default.AlpacaAccount, ct);
    }

    /// <param name="isForOrder">True where it decides whether an order reduces risk: then no pause delays it.</param>
    /// <param name="ct">Cancels the request.</param>
    public async Task<IReadOnlyList<AlpacaPosition>> PositionsAsync(CancellationToken ct, bool isForOrder = false)
    {
        using var answer = await GetAsync("/v2/positions", isForOrder, ct);
        answer.EnsureSuccessStatusCode();
        return await ReadAsync(answer, AlpacaJson.Default.IReadOnlyListAlpacaPosition, ct);
    }

    /// <summary>Reads. A read that a cancel or a reducing order depends on counts as such an order itself.</summary>
    private async Task<HttpResponseMessage> GetAsync(string path, bool makesSafer, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (makesSafer)
            request.Options.Set(TradingRisk.Opens, false);
        return await http.SendAsync(request, ct);
    }

    private static async Task<PlaceOutcome> ReadPlacedAsync(
        HttpResponseMessage answer,
        string clientOrderId,
        CancellationToken ct
    )
    {
        if (answer.IsSuccessStatusCode)
            return new PlaceOutcome.Placed(
                BrokerOrder.From(await ReadAsync(answer, AlpacaJson.Default.AlpacaOrder, ct), clientOrderId)
            );
        var status = (int)answer.StatusCode;
        // Most likely not processed; but only a response in the broker's own form proves it.
        if (
            answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            || status >= 500
        )
            return new PlaceOutcome.Unknown(
                string.Create(CultureInfo.InvariantCulture, $"The broker answered {status}."),
                RetryAfter.Of(answer)
            );
        return await RefusalAsync(answer, ct) is { IsBrokers: true, Code: { } code } refusal
            ? new PlaceOutcome.Rejected(
                string.Create(CultureInfo.InvariantCulture, $"The broker refused it: {status}, code {code}."),
                refusal.MayMeanDuplicate(answer.StatusCode)
            )
            : new PlaceOutcome.Unknown(
                string.Create(CultureInfo.InvariantCulture, $"The response {status} is not in the broker's form.")
            );
    }

    private static async Task<AlpacaRefusal?> RefusalAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(AlpacaJson.Default.AlpacaRefusal, ct);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage answer,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type,
        CancellationToken ct
    ) => await answer.Content.ReadFromJsonAsync(type, ct) ?? throw new JsonException("The broker answered null.");

    private static bool IsNoAnswer(Exception exception, CancellationToken ct) =>
        exception is HttpRequestException or JsonException or IOException
        || (exception is OperationCanceledException && !ct.IsCancellationRequested);

    private static string Text(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);
}
