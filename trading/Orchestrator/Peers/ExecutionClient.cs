using System.Net.Http.Json;
using Trading.Contracts;

namespace Orchestrator.Peers;

/// <summary>Reads from the execution gateway; orders are risk's business alone.</summary>
internal sealed class ExecutionClient(HttpClient http)
{
    public async Task<AccountReport> AccountAsync(CancellationToken ct) =>
        await http.GetFromJsonAsync("/account", TradingJson.Default.AccountReport, ct)
        ?? throw new HttpRequestException("The execution gateway answered nothing.");
}
