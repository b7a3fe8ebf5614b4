using Microsoft.Extensions.Logging;

namespace Strongroom.Storage;

/// <summary>Event ids 1350 to 1399, the upper half of audit's range.</summary>
internal static partial class Log
{
    [LoggerMessage(1350, LogLevel.Information, "Schema '{Schema}' of {Location} brought up to date; migrations applied: {Count}")]
    internal static partial void SchemaMigrated(this ILogger logger, string schema, string location, int count);

    [LoggerMessage(
        1352,
        LogLevel.Warning,
        "{Location} is not in UTF-8: characters that it may lack are stored in the audit as their numbers. Move to a database "
            + "in UTF-8"
    )]
    internal static partial void AuditInAscii(this ILogger logger, string location);

    [LoggerMessage(1351, LogLevel.Debug, "Evolve: {Message}")]
    internal static partial void EvolveSaid(this ILogger logger, string message);
}
