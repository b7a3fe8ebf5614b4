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
        "{Location} is not encoded in UTF-8: the audit stores other than ASCII characters as escapes. Move to a UTF-8 database"
    )]
    internal static partial void AuditInAscii(this ILogger logger, string location);

    [LoggerMessage(1351, LogLevel.Debug, "Evolve: {Message}")]
    internal static partial void MigrationMessage(this ILogger logger, string message);
}
