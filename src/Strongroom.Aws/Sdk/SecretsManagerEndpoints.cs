using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace Strongroom.Aws.Sdk;

/// <summary>
/// Where a region's Secrets Manager is, after AWS's own endpoint rules; the domains of the partitions are the SDK's knowledge.
/// </summary>
internal sealed class SecretsManagerEndpoints : IEndpointProvider
{
    private const string Region = "Region",
        Endpoint = "Endpoint",
        Fips = "UseFIPS",
        DualStack = "UseDualStack";

    internal static EndpointParameters Parameters(IClientConfig config, string? region) =>
        new()
        {
            [Region] = region,
            [Endpoint] = config.ServiceURL,
            [Fips] = config.UseFIPSEndpoint,
            [DualStack] = config.UseDualstackEndpoint,
        };

    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters[Endpoint] is string given)
            return new Endpoint(given);
        var region = (string?)parameters[Region] ?? throw new AmazonClientException("There is no region.");
        var partition = Fn.Partition(region);
        var isFips = parameters[Fips] is true;
        if (parameters[DualStack] is true)
        {
            return partition.supportsDualStack
                ? new Endpoint(
                    $"https://{SecretsManagerConfig.Service}{(isFips ? "-fips" : "")}.{region}.{partition.dualStackDnsSuffix}"
                )
                : throw new AmazonClientException($"The region {region} has no dual-stack endpoints.");
        }
        if (isFips && !partition.supportsFIPS)
            throw new AmazonClientException($"The region {region} has no FIPS endpoints.");
        return new Endpoint($"https://{SecretsManagerConfig.Service}{(isFips ? "-fips" : "")}.{region}.{partition.dnsSuffix}");
    }

    /// <summary>Hands the parameters over within the pipeline.</summary>
    internal sealed class Resolver : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
        {
            ArgumentNullException.ThrowIfNull(requestContext);
            return Parameters(requestContext.ClientConfig, requestContext.ClientConfig.RegionEndpoint?.SystemName);
        }
    }
}
