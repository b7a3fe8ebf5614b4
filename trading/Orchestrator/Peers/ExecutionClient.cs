using System.Net.Http.Json;
using Trading.Contracts;

namespace Orchestrator.Peers;

/// <summary>Reads from the execution gateway. Only the risk manager places orders.</summary>
internal sealed class ExecutionClient(HttpClient http)
{
    public async Task<AccountReport> AccountAsync(CancellationToken ct) =>
        await http.GetFromJsonAsync("/account", TradingJson.Default.AccountReport, ct)
        ?? throw new HttpRequestException("The execution gateway answered nothing.");
}
