using System.Globalization;
using Amazon.Runtime;
using Microsoft.Extensions.Configuration;
using Strongroom.Aws.Sdk;

namespace Strongroom.Aws;

/// <summary>
/// Fills <see cref="AwsOptions"/> from the flat names that its properties state. The content of a setting is never quoted.
/// </summary>
internal static class AwsSettings
{
    private const string IgnoreEndpoints = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

    /// <summary>Reads and validates.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    internal static AwsOptions Load(IConfiguration configuration, Action<AwsOptions>? configure = null)
    {
        var faults = new List<string>();
        var options = Read(configuration, faults);
        configure?.Invoke(options);
        var before = faults.Count;
        SdkFiles.Check(faults);
        if (faults.Count == before)
            Complete(options, Flag(configuration, IgnoreEndpoints, []) == true);
        if (faults.Count == before || options.Region is not null)
            AwsOptionsRules.Check(options, faults);
        return faults.Count == 0
            ? options
            : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, [.. faults.Distinct()]);
    }

    /// <summary>
    /// Takes what the SDK finds by itself, in the profile above all, so that it is held to the same rules. A region it looks for
    /// in the instance's metadata too; away from AWS that takes seconds, and <c>AWS_EC2_METADATA_DISABLED</c> spares them.
    /// </summary>
    private static void Complete(AwsOptions options, bool ignoresEndpoints)
    {
        var sdk = new SecretsManagerConfig();
        options.UseFips ??= sdk.UseFIPSEndpoint;
        options.UseDualStack ??= sdk.UseDualstackEndpoint;
        try
        {
            options.Region ??= FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: true)?.SystemName;
            if (!ignoresEndpoints && options.Endpoint is null && sdk.ServiceURL is { } endpoint)
                options.Endpoint = new Uri(endpoint);
        }
        catch (AmazonClientException)
        {
            // No region, or a profile that is none: the rules say what is missing, and the chain of credentials what it found.
        }
    }

    private static AwsOptions Read(IConfiguration configuration, List<string> faults)
    {
        var defaults = new AwsOptions();
        var ignoresEndpoints = Flag(configuration, IgnoreEndpoints, faults) == true;
        return new AwsOptions
        {
            Region = Text(configuration, "AWS_REGION") ?? Text(configuration, "AWS_DEFAULT_REGION"),
            Endpoint = ignoresEndpoints
                ? null
                : Origin(configuration, AwsOptionsRules.EndpointSetting, faults)
                    ?? Origin(configuration, "AWS_ENDPOINT_URL", faults),
            IdentityEndpoint = ignoresEndpoints
                ? null
                : Origin(configuration, AwsOptionsRules.IdentityEndpointSetting, faults)
                    ?? Origin(configuration, "AWS_ENDPOINT_URL", faults),
            UseFips = Flag(configuration, "AWS_USE_FIPS_ENDPOINT", faults),
            UseDualStack = Flag(configuration, "AWS_USE_DUALSTACK_ENDPOINT", faults),
            MaxAttempts = Number(configuration, "AWS_MAX_ATTEMPTS"),
            RetryMode = Mode(configuration, faults),
            Credentials = Keys(configuration, faults),
            ReplicaRegion = Text(configuration, "STRONGROOM_AWS_REPLICA_REGION"),
            ReplicaEndpoint = Origin(configuration, AwsOptionsRules.ReplicaEndpointSetting, faults),
            KmsKeyId = Text(configuration, "STRONGROOM_AWS_KMS_KEY_ID"),
            RecoveryDays = Number(configuration, "STRONGROOM_AWS_RECOVERY_DAYS") ?? defaults.RecoveryDays,
        };
    }

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name]?.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>
    /// Where the keys are set, they are who asks, as the AWS CLI has it; half of them is a fault and no reason to look on.
    /// </summary>
    private static AWSCredentials? Keys(IConfiguration configuration, List<string> faults)
    {
        var (id, key, token) = (
            Text(configuration, "AWS_ACCESS_KEY_ID"),
            Text(configuration, "AWS_SECRET_ACCESS_KEY"),
            Text(configuration, "AWS_SESSION_TOKEN")
        );
        if (id is null != key is null)
            faults.Add(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together; set both, or neither for the SDK's other sources."
            );
        if (id is null || key is null)
            return null;
        return token is null ? new BasicAWSCredentials(id, key) : new SessionAWSCredentials(id, key, token);
    }

    private static Uri? Origin(IConfiguration configuration, string name, List<string> faults)
    {
        if (Text(configuration, name) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var origin))
            return origin;
        faults.Add($"{name} is not an origin; write https://host:port without path, query, user or password.");
        return null;
    }

    private static bool? Flag(IConfiguration configuration, string name, List<string> faults)
    {
        switch (Text(configuration, name)?.ToUpperInvariant())
        {
            case null:
                return null;
            case "TRUE":
                return true;
            case "FALSE":
                return false;
            default:
                faults.Add($"{name} is neither true nor false.");
                return null;
        }
    }

    /// <summary>What is no number is none that the rules allow.</summary>
    private static int? Number(IConfiguration configuration, string name) =>
        Text(configuration, name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : 0;

    private static AwsRetryMode Mode(IConfiguration configuration, List<string> faults)
    {
        switch (Text(configuration, "AWS_RETRY_MODE"))
        {
            case null or "standard":
                return AwsRetryMode.Standard;
            case "adaptive":
                return AwsRetryMode.Adaptive;
            default:
                faults.Add("AWS_RETRY_MODE is neither standard nor adaptive.");
                return AwsRetryMode.Standard;
        }
    }
}
