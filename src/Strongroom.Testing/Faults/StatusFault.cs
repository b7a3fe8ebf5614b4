using System.Text;

namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.Status" />
internal sealed class StatusFault(int status, string body, IReadOnlyList<(string Name, string Value)> headers) : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        var response = strike.Context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        foreach (var (name, value) in headers)
            response.Headers[name] = value;
        var bytes = Encoding.UTF8.GetBytes(body);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, strike.Context.RequestAborted);
    }
}
