using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Strongroom.Aws.Sdk;

/// <summary>
/// What the SDK takes where nothing is said. <c>AWS_DEFAULTS_MODE</c> changes none of it: times are Strongroom's own.
/// </summary>
internal sealed class SdkDefaults : IDefaultConfigurationProvider, IDefaultConfiguration
{
    internal static readonly SdkDefaults Instance = new();

    public DefaultConfigurationMode Name => DefaultConfigurationMode.Standard;

    public RequestRetryMode RetryMode => RequestRetryMode.Standard;

    public S3UsEast1RegionalEndpointValue S3UsEast1RegionalEndpoint => S3UsEast1RegionalEndpointValue.Regional;

    public TimeSpan? ConnectTimeout => null;

    public TimeSpan? TlsNegotiationTimeout => null;

    public TimeSpan? TimeToFirstByteTimeout => null;

    public TimeSpan? HttpRequestTimeout => null;

    public IDefaultConfiguration GetDefaultConfiguration(
        RegionEndpoint clientRegion,
        DefaultConfigurationMode? requestedConfigurationMode = null
    ) => this;
}
