using Microsoft.AspNetCore.Routing;

namespace Strongroom.AspNetCore;

/// <summary>The routes that <c>UseStrongroom</c> guards. Where it was not called, the start fails.</summary>
internal sealed class MappedRoutes
{
    internal IEndpointRouteBuilder? Routes { get; set; }
}
