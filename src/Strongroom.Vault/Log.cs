using Microsoft.Extensions.Logging;

namespace Strongroom.Vault;

/// <summary>Event ids 2000 to 2099. No message contains text from Vault: it may echo what was sent.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Logged in to Vault by {Method}; the token expires in {Seconds} s (0: never)")]
    internal static partial void LoggedIn(this ILogger logger, VaultAuthMethod method, double seconds);

    [LoggerMessage(
        2001,
        LogLevel.Error,
        "Vault rejected the login by {Method}; it is not tried again before {Until} unless its source changes"
    )]
    internal static partial void LoginRejected(this ILogger logger, VaultAuthMethod method, DateTimeOffset until);

    [LoggerMessage(2002, LogLevel.Debug, "Vault token renewed; it is valid for {Seconds} s")]
    internal static partial void Renewed(this ILogger logger, double seconds);

    [LoggerMessage(2003, LogLevel.Information, "Vault does not extend the token further (status {Status}); logging in again")]
    internal static partial void RenewalEnded(this ILogger logger, int status);

    [LoggerMessage(2004, LogLevel.Critical, "ALARM: {Reason}")]
    internal static partial void WrappedSecretIdRefused(this ILogger logger, string reason);

    [LoggerMessage(
        2005,
        LogLevel.Warning,
        "Vault throttles requests; none are sent for {Seconds} s, and longer if it throttles again"
    )]
    internal static partial void Throttled(this ILogger logger, double seconds);

    [LoggerMessage(2006, LogLevel.Warning, "The list stopped at folder '{Folder}' ({Reason})")]
    internal static partial void ListStopped(this ILogger logger, string folder, string reason);

    [LoggerMessage(2007, LogLevel.Warning, "{Count} entries in Vault are not valid secret names and were skipped")]
    internal static partial void NamesSkipped(this ILogger logger, int count);

    [LoggerMessage(2008, LogLevel.Information, "Vault token revoked")]
    internal static partial void TokenRevoked(this ILogger logger);

    [LoggerMessage(2009, LogLevel.Warning, "The Vault token could not be revoked ({Reason}); it remains valid until it expires")]
    internal static partial void RevokeFailed(this ILogger logger, string reason);

    [LoggerMessage(2010, LogLevel.Information, "The mount '{Mount}' is KV version 1: no versions, no check-and-set, read only")]
    internal static partial void MountIsVersion1(this ILogger logger, string mount);

    [LoggerMessage(
        2011,
        LogLevel.Warning,
        "The Vault token could not be renewed ({Reason}); renewal is retried in the background"
    )]
    internal static partial void KeepAliveFailed(this ILogger logger, string reason);

    [LoggerMessage(
        2012,
        LogLevel.Warning,
        "The store of rejected logins {Path} cannot be used ({Reason}); a restart may retry a rejected login"
    )]
    internal static partial void RejectionMemoryUnusable(this ILogger logger, string path, string reason);

    [LoggerMessage(2014, LogLevel.Warning, "VAULT_SKIP_VERIFY is on: any server can impersonate Vault")]
    internal static partial void VerifySkipped(this ILogger logger);

    [LoggerMessage(
        2015,
        LogLevel.Warning,
        "The configured Vault token expires in {Seconds} s and cannot be renewed; provide a new one in time"
    )]
    internal static partial void GivenTokenEnds(this ILogger logger, double seconds);

    [LoggerMessage(2016, LogLevel.Information, "The Vault token is renewed again")]
    internal static partial void KeepAliveRecovered(this ILogger logger);

    [LoggerMessage(2017, LogLevel.Information, "Vault accepts requests again")]
    internal static partial void ThrottleEnded(this ILogger logger);
}
