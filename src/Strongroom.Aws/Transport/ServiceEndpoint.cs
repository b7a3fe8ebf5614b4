using Amazon;
using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>
/// Sets the endpoint of a service: the configured origin, or the region's own of the requested kind.
/// </summary>
internal static class ServiceEndpoint
{
    internal static void Configure(ClientConfig config, AwsOptions options, string region, Uri? endpoint)
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
