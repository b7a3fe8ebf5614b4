using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Strongroom.AspNetCore;

/// <summary>
/// Both listeners share one routing table. A route of the other listener is not a candidate, so it is answered like one that does
/// not exist; routing's own responses (405, 415) would tell which routes the other listener has.
/// </summary>
internal sealed class ListenerMatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <summary>Early, so that the other listener's routes take no part in any later decision.</summary>
    public override int Order => -10_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var management = ManagementConnection.Is(httpContext);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (
                candidates.IsValidCandidate(i)
                && !(candidates[i].Endpoint is RouteEndpoint route && IsManagement(route) == management)
            )
                candidates.SetValidity(i, false);
        }
        return Task.CompletedTask;
    }

    private static bool IsManagement(Endpoint endpoint) =>
        endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>().Contains(ManagementRequirement.Policy);
}
