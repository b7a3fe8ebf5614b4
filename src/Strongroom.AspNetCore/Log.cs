using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>Every message of this assembly; ids 5000 to 5099.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "{Method} {Route} was refused: {Reason}")]
    internal static partial void RequestRefused(ILogger logger, string method, string route, string reason);

    [LoggerMessage(5001, LogLevel.Error, "{Method} {Route} failed")]
    internal static partial void RequestFailed(ILogger logger, Exception exception, string method, string route);

    [LoggerMessage(5002, LogLevel.Warning, "{Method} {Route} failed with {Code}: {Message}")]
    internal static partial void RequestFailedBySecret(
        ILogger logger,
        string method,
        string route,
        SecretErrorCode code,
        string message
    );

    [LoggerMessage(5003, LogLevel.Warning, "{Host} rejected the credential ({Versions}); outcome: {Outcome}")]
    internal static partial void CredentialRejected(ILogger logger, string host, string versions, RejectionOutcome outcome);

    [LoggerMessage(5004, LogLevel.Warning, "{Host} rejected the credential, and reporting that failed ({Code}): {Message}")]
    internal static partial void RejectionNotReported(ILogger logger, string host, SecretErrorCode code, string message);

    [LoggerMessage(
        5005,
        LogLevel.Information,
        "Draining: {Reason}. /health/ready answers 503; requests in progress are completed."
    )]
    internal static partial void Draining(ILogger logger, string reason);

    [LoggerMessage(5006, LogLevel.Warning, "{Operator} cleared trip {Trip}")]
    internal static partial void TripCleared(ILogger logger, string @operator, Guid trip);

    [LoggerMessage(5007, LogLevel.Information, "Listening: service on {Service}, management on {Management}")]
    internal static partial void Listening(ILogger logger, string service, string management);

    [LoggerMessage(
        5008,
        LogLevel.Warning,
        "The database cannot tell whether a call token was used ({Error}). Until it can, each process decides from its own "
            + "memory, so another instance may accept the same token"
    )]
    internal static partial void UsedTokensNotShared(ILogger logger, string error);

    [LoggerMessage(5009, LogLevel.Information, "Used call tokens are shared through the database again")]
    internal static partial void UsedTokensShared(ILogger logger);

    [LoggerMessage(
        5010,
        LogLevel.Warning,
        "The result of webhook {Id} ({Status}) could not be stored ({Error}); retries of it are answered 409. "
            + "If its handler failed, have it sent under a new id"
    )]
    internal static partial void WebhookResultNotStored(ILogger logger, string id, int status, string error);

    [LoggerMessage(5011, LogLevel.Warning, "Trip {Trip} could not be cleared ({Code}): {Message}")]
    internal static partial void TripNotCleared(ILogger logger, Guid trip, SecretErrorCode code, string message);

    [LoggerMessage(
        5020,
        LogLevel.Warning,
        "The webhook secret '{Name}' does not begin with 'whsec_', so its own bytes are the key. If the sender uses "
            + "Standard Webhooks, store what it shows: 'whsec_' and 24 to 64 bytes in base64"
    )]
    internal static partial void WebhookKeyIsPlainText(ILogger logger, SecretName name);

    [LoggerMessage(
        5021,
        LogLevel.Warning,
        "Webhook {Id} was answered 409: it is being handled, or the process that handled it ended before the result was known. "
            + "If this repeats for minutes, find out what was done, and have it sent under a new id if needed"
    )]
    internal static partial void WebhookInProgress(ILogger logger, string id);
}
