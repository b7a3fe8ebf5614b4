using Microsoft.Extensions.Logging;

namespace Trading.ServiceDefaults;

/// <summary>Every message of this assembly; ids 5100 to 5199.</summary>
internal static partial class Log
{
    [LoggerMessage(5100, LogLevel.Information, "{Service} listens on {Address}, management on {Management}")]
    internal static partial void Listening(ILogger logger, string service, Uri address, Uri management);

    [LoggerMessage(
        5101,
        LogLevel.Warning,
        "Redis at {Address} is unavailable; trips are shared through the database only: {Reason}"
    )]
    internal static partial void RedisLost(ILogger logger, string address, string reason);

    [LoggerMessage(5102, LogLevel.Information, "Redis at {Address} delivers notifications of the credential breaker")]
    internal static partial void RedisFound(ILogger logger, string address);

    [LoggerMessage(5103, LogLevel.Warning, "Another process reported a trip; the stored trips are read again")]
    internal static partial void TripHeard(ILogger logger);
}
