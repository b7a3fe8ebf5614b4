using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;

namespace Strongroom.Aws.Sdk;

/// <summary>
/// What the SDK has to know of the service. What it is not told, it reads from the environment and the profile itself.
/// </summary>
internal sealed class SecretsManagerConfig : ClientConfig
{
    /// <summary>The name in signatures, in hosts and before the operation.</summary>
    internal const string Service = "secretsmanager";

    private static readonly Version s_version = typeof(SecretsManagerConfig).Assembly.GetName().Version ?? new Version(0, 0);

    internal SecretsManagerConfig()
        : base(SdkDefaults.Instance)
    {
        ServiceId = "Secrets Manager";
        AuthenticationServiceName = Service;
        EndpointProvider = new SecretsManagerEndpoints();
        // Nothing of a request or an answer is the SDK's to log.
        DisableLogging = true;
        LogResponse = false;
        LogMetrics = false;
        AllowAutoRedirect = false;
    }

    public override string ServiceVersion => "2017-10-17";

    public override string UserAgent { get; } = $"Strongroom/{s_version.ToString(3)}";

    public override string RegionEndpointServiceName => Service;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return EndpointProvider.ResolveEndpoint(
            SecretsManagerEndpoints.Parameters(this, (parameters.AlternateEndpoint ?? RegionEndpoint)?.SystemName)
        );
    }
}
