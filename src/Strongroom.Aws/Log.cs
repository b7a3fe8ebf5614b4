using Microsoft.Extensions.Logging;

namespace Strongroom.Aws;

/// <summary>Event ids 3000 to 3099. No message contains text from AWS: it may echo what was sent.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Secrets are read from AWS Secrets Manager in {Region} ({Endpoint})")]
    internal static partial void Opened(this ILogger logger, string region, string endpoint);

    [LoggerMessage(
        3001,
        LogLevel.Error,
        "AWS rejects the credentials ({Code}). Check the caller (aws sts get-caller-identity) and the clock"
    )]
    internal static partial void LoginRejected(this ILogger logger, string code);

    [LoggerMessage(3002, LogLevel.Information, "AWS accepts the credentials again")]
    internal static partial void LoginAccepted(this ILogger logger);

    [LoggerMessage(3003, LogLevel.Information, "AWS no longer accepts the credentials ({Code}); fetching new ones")]
    internal static partial void CredentialsRenewed(this ILogger logger, string code);

    [LoggerMessage(
        3004,
        LogLevel.Warning,
        "Secrets Manager in {Region} is unavailable; versions that it confirmed before are read from {Replica}"
    )]
    internal static partial void ReplicaTakesOver(this ILogger logger, string region, string replica);

    [LoggerMessage(
        3005,
        LogLevel.Warning,
        "AWS throttles requests (time {Count} since the start); none are sent for {Seconds} s"
    )]
    internal static partial void Throttled(this ILogger logger, long count, double seconds);

    [LoggerMessage(3006, LogLevel.Warning, "The list stopped after {Pages} pages")]
    internal static partial void ListStopped(this ILogger logger, int pages);

    [LoggerMessage(3007, LogLevel.Warning, "{Count} entries in Secrets Manager are not valid secret names and were skipped")]
    internal static partial void NamesSkipped(this ILogger logger, int count);

    [LoggerMessage(3008, LogLevel.Warning, "An obsolete staging label of '{Path}' could not be removed ({Code})")]
    internal static partial void LabelLeftBehind(this ILogger logger, string path, SecretErrorCode code);

    [LoggerMessage(
        3009,
        LogLevel.Warning,
        "IAM denies secretsmanager:BatchGetSecretValue; each secret is read by a separate call. 'strongroom policy' "
            + "prints the complete policy of a service"
    )]
    internal static partial void BatchDenied(this ILogger logger);

    [LoggerMessage(
        3010,
        LogLevel.Warning,
        "The name '{Path}' ends like the suffix that AWS adds to its ARNs (a hyphen and six characters), so a partial ARN "
            + "can match another secret. Choose another name"
    )]
    internal static partial void NameLooksLikeAnArn(this ILogger logger, string path);

    [LoggerMessage(3011, LogLevel.Information, "Secrets Manager in {Region} is available again")]
    internal static partial void ReplicaStandsDown(this ILogger logger, string region);

    [LoggerMessage(3012, LogLevel.Information, "AWS accepts requests again")]
    internal static partial void ThrottleEnded(this ILogger logger);
}
