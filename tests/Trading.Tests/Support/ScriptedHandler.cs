using System.Net;
using System.Text;

namespace Trading.Tests.Support;

/// <summary>A server that answers as the test says, and remembers what it was asked.</summary>
internal sealed class ScriptedHandler(Func<HttpRequestMessage, (int Status, string Json)> answer) : HttpMessageHandler
{
    public List<string> Asked { get; } = [];

    public TimeSpan? RetryAfter { get; set; }

    /// <summary>A client of a server that gives one answer to everything.</summary>
    public static HttpClient Always(string json, out ScriptedHandler server) =>
        new(server = new ScriptedHandler(_ => (200, json))) { BaseAddress = new Uri("http://127.0.0.1") };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
        var (status, json) = answer(request);
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
            RequestMessage = request,
        };
        if (RetryAfter is { } pause)
            response.Headers.RetryAfter = new(pause);
        return Task.FromResult(response);
    }
}
