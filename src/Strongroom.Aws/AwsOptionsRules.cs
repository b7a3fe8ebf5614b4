using System.Text.RegularExpressions;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws;

/// <summary>What the options must be, whether they came from settings or from code.</summary>
internal static partial class AwsOptionsRules
{
    internal const string EndpointSetting = "AWS_ENDPOINT_URL_SECRETS_MANAGER";
    internal const string IdentityEndpointSetting = "AWS_ENDPOINT_URL_STS";
    internal const string ReplicaEndpointSetting = "STRONGROOM_AWS_REPLICA_ENDPOINT";

    private const int LongestKeyId = 2048;

    /// <summary>Adds every fault of the options.</summary>
    internal static void Check(AwsOptions options, ICollection<string> faults)
    {
        if (options.Region is null)
            faults.Add(
                "AWS_REGION is not set, and neither a profile nor the instance's metadata names a region; set one, such as "
                    + "eu-central-1."
            );
        else if (!Region().IsMatch(options.Region))
            faults.Add("AWS_REGION is not a region; write one as AWS names it, such as eu-central-1.");
        if (options.ReplicaRegion is { } replica && !Region().IsMatch(replica))
            faults.Add("STRONGROOM_AWS_REPLICA_REGION is not a region; write one as AWS names it, such as eu-west-1.");
        if (options.ReplicaRegion is not null && options.ReplicaRegion == options.Region)
            faults.Add(
                "STRONGROOM_AWS_REPLICA_REGION is the same as AWS_REGION; set it to the region that the secrets are "
                    + "replicated to, or unset it."
            );
        if (options.ReplicaEndpoint is not null && options.ReplicaRegion is null)
            faults.Add($"{ReplicaEndpointSetting} is set and STRONGROOM_AWS_REPLICA_REGION is not; set both.");
        CheckKind("AWS_USE_FIPS_ENDPOINT", options.UseFips, options, faults);
        CheckKind("AWS_USE_DUALSTACK_ENDPOINT", options.UseDualStack, options, faults);
        CheckEndpoint(options.Endpoint, EndpointSetting, faults);
        if (options.IdentityEndpoint != options.Endpoint)
            CheckEndpoint(options.IdentityEndpoint, IdentityEndpointSetting, faults);
        CheckEndpoint(options.ReplicaEndpoint, ReplicaEndpointSetting, faults);
        if (options.MaxAttempts is < 1 or > 5)
            faults.Add(
                "AWS_MAX_ATTEMPTS is not a number from 1 to 5. It applies to writes and lists; Strongroom itself makes three "
                    + "attempts at a read."
            );
        if (options.RecoveryDays is < 7 or > 30)
            faults.Add("STRONGROOM_AWS_RECOVERY_DAYS is not a number from 7 to 30, the range that AWS allows.");
        if (options.KmsKeyId is { } key && (key.Length > LongestKeyId || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
            faults.Add("STRONGROOM_AWS_KMS_KEY_ID is not a key; write its ARN, its id, or alias/ and its name.");
    }

    /// <summary>A demand for FIPS must not end at another endpoint unheard.</summary>
    private static void CheckKind(string setting, bool? isWanted, AwsOptions options, ICollection<string> faults)
    {
        if (isWanted == true && options.Endpoint is not null)
            faults.Add(
                $"{setting} is true, and {EndpointSetting}, AWS_ENDPOINT_URL or the profile names the endpoint; set only "
                    + "one of them."
            );
    }

    internal static void CheckEndpoint(Uri? endpoint, string setting, ICollection<string> faults)
    {
        if (endpoint is null)
            return;
        var isHttp = endpoint.IsAbsoluteUri && endpoint.Scheme == Uri.UriSchemeHttp;
        if (
            !endpoint.IsAbsoluteUri
            || (!isHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            || endpoint.AbsolutePath != "/"
            || endpoint.Query.Length + endpoint.Fragment.Length + endpoint.UserInfo.Length > 0
        )
            faults.Add($"{setting} is not an origin; write https://host:port without path, query, user or password.");
        else if (isHttp && !PeerAddress.IsLoopback(endpoint))
            faults.Add($"{setting} is plain http to another machine, which exposes secrets on the network; use https.");
        else if (PeerAddress.IsLinkLocal(endpoint))
            faults.Add(
                $"{setting} is a link-local address, which clouds use for their metadata service; set the endpoint's "
                    + "own address."
            );
    }

    [GeneratedRegex("^[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}$", RegexOptions.CultureInvariant)]
    private static partial Regex Region();
}
