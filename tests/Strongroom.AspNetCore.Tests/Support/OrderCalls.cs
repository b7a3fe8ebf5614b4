using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>A service with a route for orders, and calls of it.</summary>
internal static class OrderCalls
{
    internal static void MapOrders(WebApplication app)
    {
        app.MapPost("/orders", (HttpContext context) => context.GetCaller()).AllowCallers("risk_manager");
        app.MapGet("/orders", (HttpContext context) => context.GetCaller()).AllowCallers("risk_manager", "orchestrator");
    }

    /// <summary>Signed with the key that a call of risk_manager is signed with.</summary>
    internal static string Forge(TestService service, string claims, string header = ForgedToken.Header) =>
        ForgedToken.Sign(service.Secrets.Reveal("calls/risk_manager/execution_gateway"), claims, header);

    internal static Task<HttpResponseMessage> CallAsync(TestService service, HttpMethod method, string path, string? token)
    {
        var request = new HttpRequestMessage(method, new Uri(service.Service, path));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return service.SendAsync(request);
    }

    internal static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var title = status == HttpStatusCode.Unauthorized ? "Unauthorized" : "Forbidden";
        Assert.Equal($$"""{"title":"{{title}}","status":{{(int)status}}}""", body);
    }
}
