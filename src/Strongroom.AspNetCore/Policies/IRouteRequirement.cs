using Microsoft.AspNetCore.Authorization;

namespace Strongroom.AspNetCore;

/// <summary>
/// A requirement of one of Strongroom's own policies. A route has at most one, and the secrets that it needs must be declared;
/// otherwise the service does not start.
/// </summary>
internal interface IRouteRequirement : IAuthorizationRequirement
{
    /// <summary>Returns what is wrong with the requirement, each as the end of a sentence that begins with the route.</summary>
    IEnumerable<string> FindFaults(SecretDeclaration declaration);
}
