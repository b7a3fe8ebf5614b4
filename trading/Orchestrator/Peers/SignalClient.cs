using System.Net.Http.Json;
using Trading.Contracts;

namespace Orchestrator.Peers;

/// <summary>Calls the signal service.</summary>
internal sealed class SignalClient(HttpClient http)
{
    public async Task<SignalsAnswer> JudgeAsync(SignalRequest request, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync("/signals", request, TradingJson.Default.SignalRequest, ct);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync(TradingJson.Default.SignalsAnswer, ct)
            ?? throw new HttpRequestException("The signal service answered nothing.");
    }
}
