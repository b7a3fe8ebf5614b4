namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.HalfBody" />
internal sealed class HalfBodyFault : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        var body = await strike.WorkAsync();
        var response = strike.Context.Response;
        // An answer without a body cannot break off in it, so it promises one.
        if (body.Length == 0)
            (response.StatusCode, body) = (200, "{}"u8.ToArray());
        response.ContentLength = body.Length;
        response.Headers.Connection = "close";
        await response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), strike.Context.RequestAborted);
        // Kestrel closes the connection under a response that stays short of its promise; aborting could lose the half.
        await response.Body.FlushAsync(strike.Context.RequestAborted);
    }
}
