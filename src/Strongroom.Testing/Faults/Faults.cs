using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

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

/// <summary>An error page as nginx or a company's proxy serves it.</summary>
internal static class HtmlPageFault
{
    public static Fault Of(int status)
    {
        var title = $"{status} {ReasonPhrases.GetReasonPhrase(status)}";
        var page =
            $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            + "<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n";
        (string, string) type = ("Content-Type", "text/html");
        return status == 407
            ? Fault.Status(status, page, type, ("Proxy-Authenticate", "Basic realm=\"proxy\""))
            : Fault.Status(status, page, type);
    }
}

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

/// <inheritdoc cref="Fault.Down" />
internal sealed class DownFault : Fault
{
    internal override Task StrikeAsync(FaultStrike strike)
    {
        ConnectionReset.Prepare(strike.Context.Features);
        strike.Context.Abort();
        return Task.CompletedTask;
    }
}

/// <inheritdoc cref="Fault.Reset" />
internal sealed class ResetFault(bool afterWork) : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        if (afterWork)
            await strike.WorkAsync();
        ConnectionReset.Prepare(strike.Context.Features);
        strike.Context.Abort();
    }
}

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

/// <inheritdoc cref="Fault.Slow" />
internal sealed class SlowFault(TimeSpan delay) : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(strike.Context.RequestAborted, strike.Cleared);
        await Task.Delay(delay, strike.Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!strike.Context.RequestAborted.IsCancellationRequested)
            await strike.Next(strike.Context);
    }
}

/// <inheritdoc cref="Fault.Hang" />
internal sealed class HangFault : Fault
{
    internal override async Task StrikeAsync(FaultStrike strike)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(strike.Context.RequestAborted, strike.Cleared);
        await Task.Delay(Timeout.InfiniteTimeSpan, strike.Time, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!strike.Context.RequestAborted.IsCancellationRequested)
            await strike.Next(strike.Context);
    }
}
