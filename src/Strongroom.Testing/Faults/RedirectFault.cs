using Microsoft.AspNetCore.Http.Extensions;

namespace Strongroom.Testing;

/// <inheritdoc cref="Fault.Redirect" />
internal sealed class RedirectFault(Uri target, int status) : Fault
{
    internal override Task StrikeAsync(FaultStrike strike)
    {
        strike.Context.Response.StatusCode = status;
        strike.Context.Response.Headers.Location =
            target.GetLeftPart(UriPartial.Authority) + strike.Context.Request.GetEncodedPathAndQuery();
        return Task.CompletedTask;
    }
}
