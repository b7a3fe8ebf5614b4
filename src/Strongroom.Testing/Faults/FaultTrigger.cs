using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing;

/// <summary>Which requests a fault strikes. Everything that is set must hold; a trigger with nothing set strikes all.</summary>
public sealed record FaultTrigger
{
    /// <summary>Every request, until cleared.</summary>
    public static FaultTrigger Always { get; } = new();

    /// <summary>The path is this or lies under it, in whole segments. Default null: any path.</summary>
    public string? PathPrefix { get; init; }

    /// <summary>
    /// The path is neither this nor under it: a server that hangs while its health page looks fine. Default null: no exception.
    /// </summary>
    public string? ExceptPathPrefix { get; init; }

    /// <summary>The method. Default null: any.</summary>
    public string? Method { get; init; }

    /// <summary>A test of the request. Default null: none. It is called under the plan's lock, so it must not wait.</summary>
    public Func<HttpRequest, bool>? Matches { get; init; }

    /// <summary>How many requests, counted over those that match. Default null: until cleared.</summary>
    public int? Times { get; init; }

    internal bool StrikesEverything =>
        PathPrefix is null && ExceptPathPrefix is null && Method is null && Matches is null && Times is null;

    internal bool Strikes(HttpRequest request) =>
        (PathPrefix is null || request.Path.StartsWithSegments(PathPrefix))
        && (ExceptPathPrefix is null || !request.Path.StartsWithSegments(ExceptPathPrefix))
        && (Method is null || HttpMethods.Equals(request.Method, Method))
        && (Matches is null || Matches(request));
}
