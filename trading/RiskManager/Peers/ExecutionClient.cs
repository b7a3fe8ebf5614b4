using System.Net.Http.Json;
using Trading.Contracts;

namespace RiskManager.Peers;

/// <summary>Calls the execution gateway.</summary>
internal sealed class ExecutionClient(HttpClient http)
{
    public async Task<AccountReport> AccountAsync(CancellationToken ct) =>
        await http.GetFromJsonAsync("/account", TradingJson.Default.AccountReport, ct) ?? throw Nothing();

    public async Task<IReadOnlyList<Position>> PositionsAsync(CancellationToken ct) =>
        (await http.GetFromJsonAsync("/positions", TradingJson.Default.PositionsAnswer, ct) ?? throw Nothing()).Positions;

    public async Task<IReadOnlyList<OrderReport>> WorkingOrdersAsync(CancellationToken ct) =>
        (await http.GetFromJsonAsync("/orders?status=working", TradingJson.Default.OrdersAnswer, ct) ?? throw Nothing()).Orders;

    public async Task<OrderReport> SubmitAsync(SubmitOrder order, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync("/orders", order, TradingJson.Default.SubmitOrder, ct);
        return await ReadAsync(answer, ct);
    }

    public async Task<OrderReport> CancelAsync(string clientOrderId, CancellationToken ct)
    {
        using var answer = await http.PostAsync($"/orders/{clientOrderId}/cancel", content: null, ct);
        return await ReadAsync(answer, ct);
    }

    private static async Task<OrderReport> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync(TradingJson.Default.OrderReport, ct) ?? throw Nothing();
    }

    private static HttpRequestException Nothing() => new("The execution gateway answered nothing.");
}
