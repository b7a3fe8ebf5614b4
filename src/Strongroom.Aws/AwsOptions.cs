using Amazon.Runtime;
using Microsoft.Extensions.Configuration;

namespace Strongroom.Aws;

/// <summary>
/// Where Secrets Manager is and how to reach it, read from environment variables or appsettings under the names in brackets and
/// validated before anything connects; all faults are reported together. What is not set here, the SDK reads as it always does:
/// from the profile that <c>AWS_PROFILE</c> names, for instance.
/// </summary>
public sealed class AwsOptions
{
    /// <summary>Reads and validates the settings.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    public static AwsOptions Read(IConfiguration configuration) => AwsSettings.Load(configuration);

    /// <summary>[AWS_REGION, else AWS_DEFAULT_REGION] The region. Default: the profile's, else the instance's.</summary>
    public string? Region { get; set; }

    /// <summary>[AWS_ENDPOINT_URL_SECRETS_MANAGER, else AWS_ENDPOINT_URL] Another origin than the region's own. https, except on
    /// loopback. Default: the profile's, else the region's.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>[AWS_ENDPOINT_URL_STS, else AWS_ENDPOINT_URL] Another origin for STS, which says who asks: for operators, never
    /// for a read. Default: the profile's, or <see cref="Endpoint"/> where that is on loopback, else the region's.</summary>
    public Uri? IdentityEndpoint { get; set; }

    /// <summary>[AWS_USE_FIPS_ENDPOINT] The FIPS-validated endpoint. Default: the profile's, else false.</summary>
    public bool? UseFips { get; set; }

    /// <summary>[AWS_USE_DUALSTACK_ENDPOINT] The endpoint that speaks IPv6 too. Default: the profile's, else false.</summary>
    public bool? UseDualStack { get; set; }

    /// <summary>[AWS_MAX_ATTEMPTS] How often the SDK sends a write or a list, 1 to 5. A read it sends once: Strongroom makes
    /// three attempts of that itself. Default: once. Besides, each is sent once more where the clock was wrong.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>
    /// [AWS_RETRY_MODE] How the SDK repeats writes and lists; adaptive slows reads down too. Default: standard.
    /// </summary>
    public AwsRetryMode RetryMode { get; set; } = AwsRetryMode.Standard;

    /// <summary>[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN] Who asks. Default: the SDK's credential chain:
    /// profile, SSO, web identity, container, instance metadata v2.</summary>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>[STRONGROOM_AWS_REPLICA_REGION] A region that the secrets are replicated to, read while the first one is away,
    /// and only where it holds the version that the first one last confirmed to this process. Default: none.</summary>
    public string? ReplicaRegion { get; set; }

    /// <summary>[STRONGROOM_AWS_REPLICA_ENDPOINT] Another origin than that region's own, such as a VPC endpoint there. Default:
    /// the region's own, or <see cref="Endpoint"/> where that is on loopback.</summary>
    public Uri? ReplicaEndpoint { get; set; }

    /// <summary>[STRONGROOM_AWS_KMS_KEY_ID] The KMS key of secrets that are created. Default: the account's own
    /// <c>aws/secretsmanager</c>.</summary>
    public string? KmsKeyId { get; set; }

    /// <summary>[STRONGROOM_AWS_RECOVERY_DAYS] How long a deleted secret can be restored, 7 to 30 days. Default: 30.</summary>
    public int RecoveryDays { get; set; } = 30;
}
