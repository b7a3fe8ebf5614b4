using System.Net.Http.Json;
using System.Text.Json;

namespace PaperRun.Services;

/// <summary>Reads a service's health from its management listener.</summary>
/// <param name="Permission"><c>all</c>, <c>restricted</c> or <c>halted</c>.</param>
/// <param name="BudgetLeft">The least of the secrets whose loss halts it; of a service without such, of all that it
/// requires.</param>
/// <param name="Trips">Ids of uncleared trips.</param>
internal sealed record ServiceHealthSummary(string Permission, TimeSpan BudgetLeft, IReadOnlyList<Guid> Trips);

/// <summary>Asks the management listeners, as an operator does.</summary>
internal sealed class ServiceHealthReader(Platform platform) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    internal async Task<ServiceHealthSummary> ReadAsync(string service, CancellationToken ct)
    {
        var health = await _http.GetFromJsonAsync<JsonElement>(new Uri(platform.ManagementUrlOf(service), "/health"), ct);
        var required = health
            .GetProperty("secrets")
            .EnumerateArray()
            .Where(secret => secret.GetProperty("required").GetBoolean())
            .ToList();
        var halting = required.Where(secret => secret.GetProperty("onLoss").GetString() == "halt").ToList();
        var budgets = (halting.Count > 0 ? halting : required).Select(secret =>
            secret.GetProperty("budgetLeftSeconds").GetDouble()
        );
        return new ServiceHealthSummary(
            health.GetProperty("permission").GetString()!,
            TimeSpan.FromSeconds(budgets.Min()),
            [.. health.GetProperty("trips").EnumerateArray().Select(trip => trip.GetProperty("id").GetGuid())]
        );
    }

    /// <summary>The operator's way back from a trip.</summary>
    internal async Task ClearAsync(string service, Guid trip, string reason, CancellationToken ct)
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri(platform.ManagementUrlOf(service), $"/breaker/{trip}/clear"),
            new { @operator = "paper_run", reason },
            ct
        );
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
