namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.MalformedJson" />
internal sealed class MalformedJsonFault : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        var body = await strike.WorkAsync();
        var response = strike.Context.Response;
        if (body.Length < 2)
            (response.StatusCode, body) = (200, "{}"u8.ToArray());
        var half = body.AsMemory(0, body.Length / 2);
        response.ContentType ??= "application/json";
        response.ContentLength = half.Length;
        await response.Body.WriteAsync(half, strike.Context.RequestAborted);
    }
}
