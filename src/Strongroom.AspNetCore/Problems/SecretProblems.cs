using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>What an HTTP caller learns of a <see cref="SecretException"/>: its code and a fixed text.</summary>
internal static class SecretProblems
{
    internal static int StatusOf(SecretException exception) =>
        exception switch
        {
            { Code: SecretErrorCode.BreakerRefused or SecretErrorCode.AuditFailed } => StatusCodes.Status503ServiceUnavailable,
            { IsTransient: true } => StatusCodes.Status503ServiceUnavailable,
            SecretUnavailableException or SecretAccessDeniedException or SecretNotFoundException =>
                StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };

    internal static TimeSpan? RetryAfterOf(SecretException exception) => (exception as SecretUnavailableException)?.RetryAfter;

    internal static string TitleOf(SecretErrorCode code) =>
        code switch
        {
            SecretErrorCode.BreakerRefused => "The credential breaker permits no new work now.",
            SecretErrorCode.AuditFailed => "The access cannot be recorded now.",
            SecretErrorCode.Missing or SecretErrorCode.Deleted or SecretErrorCode.VersionGone or SecretErrorCode.FieldMissing =>
                "A secret that the service needs does not exist.",
            SecretErrorCode.Denied or SecretErrorCode.LoginRejected => "The service is denied a secret that it needs.",
            SecretErrorCode.Unreachable
            or SecretErrorCode.Sealed
            or SecretErrorCode.Throttled
            or SecretErrorCode.TimedOut
            or SecretErrorCode.Expired => "A secret that the service needs is unavailable.",
            SecretErrorCode.HostNotBound => "The service refused to send a credential there.",
            _ => "The service's secrets are not configured correctly.",
        };
}
