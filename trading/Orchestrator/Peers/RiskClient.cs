using System.Net.Http.Json;
using Trading.Contracts;

namespace Orchestrator.Peers;

/// <summary>Calls the risk manager.</summary>
internal sealed class RiskClient(HttpClient http)
{
    public async Task<DecisionsAnswer> DecideAsync(DecisionRequest request, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync("/decisions", request, TradingJson.Default.DecisionRequest, ct);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync(TradingJson.Default.DecisionsAnswer, ct)
            ?? throw new HttpRequestException("The risk manager answered nothing.");
    }
}
