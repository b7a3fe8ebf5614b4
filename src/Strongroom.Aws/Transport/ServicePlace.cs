using Amazon;
using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>
/// Where the SDK finds a service: at an origin that is named, else at the region's own of the kind that is asked for.
/// </summary>
internal static class ServicePlace
{
    internal static void Set(ClientConfig config, AwsOptions options, string region, Uri? endpoint)
    {
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint.GetLeftPart(UriPartial.Authority);
            config.AuthenticationRegion = region;
        }
        if (options.UseFips is { } fips)
            config.UseFIPSEndpoint = fips;
        if (options.UseDualStack is { } dualStack)
            config.UseDualstackEndpoint = dualStack;
    }
}
