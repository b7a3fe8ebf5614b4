using System.Globalization;
using Amazon.Runtime;
using Microsoft.Extensions.Configuration;

namespace Strongroom.Aws;

/// <summary>Fills <see cref="AwsOptions"/> from the flat names that its properties state. What stands in a setting is never quoted.</summary>
internal static class AwsSettings
{
    /// <summary>Reads and validates.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    internal static AwsOptions Load(IConfiguration configuration, Action<AwsOptions>? configure = null)
    {
        var faults = new List<string>();
        var options = Read(configuration, faults);
        configure?.Invoke(options);
        if (options.Region is null && Text(configuration, "AWS_REGION") is null)
            options.Region = OfTheProfile();
        AwsOptionsRules.Check(options, faults);
        return faults.Count == 0 ? options : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, [.. faults.Distinct()]);
    }

    private static AwsOptions Read(IConfiguration configuration, List<string> faults)
    {
        var defaults = new AwsOptions();
        var ignoresEndpoints = Flag(configuration, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", faults) == true;
        return new AwsOptions
        {
            Region = Text(configuration, "AWS_REGION") ?? Text(configuration, "AWS_DEFAULT_REGION"),
            Endpoint = ignoresEndpoints ? null : Origin(configuration, AwsOptionsRules.EndpointSetting, faults) ?? Origin(configuration, "AWS_ENDPOINT_URL", faults),
            IdentityEndpoint = ignoresEndpoints ? null
                : Origin(configuration, AwsOptionsRules.IdentityEndpointSetting, faults) ?? Origin(configuration, "AWS_ENDPOINT_URL", faults),
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

    private static string? Text(IConfiguration configuration, string name) => configuration[name]?.Trim() is { Length: > 0 } text ? text : null;

    private static string? OfTheProfile()
    {
        try
        {
            return FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName;
        }
        catch (AmazonClientException)
        {
            return null;
        }
    }

    /// <summary>Where the keys are set, they are who asks, as the AWS CLI has it; half of them is a fault and no reason to look on.</summary>
    private static AWSCredentials? Keys(IConfiguration configuration, List<string> faults)
    {
        var (id, key, token) = (Text(configuration, "AWS_ACCESS_KEY_ID"), Text(configuration, "AWS_SECRET_ACCESS_KEY"), Text(configuration, "AWS_SESSION_TOKEN"));
        if (id is null != key is null)
            faults.Add("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together; set both, or neither to let the SDK look elsewhere.");
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
        faults.Add($"{name} is no origin; write https://host:port without path, query, user or password.");
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
        Text(configuration, name) is not { } text ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

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
