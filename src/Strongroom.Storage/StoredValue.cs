using System.Data.Common;

namespace Strongroom.Storage;

/// <summary>Converts ids, timestamps and texts: native types in PostgreSQL, text and microseconds in SQLite.</summary>
internal static class StoredValue
{
    internal static object Id(DatabaseDialect dialect, Guid id) => dialect == DatabaseDialect.Sqlite ? id.ToString("D") : id;

    internal static Guid ReadId(DatabaseDialect dialect, DbDataReader reader, int column) =>
        dialect == DatabaseDialect.Sqlite ? Guid.ParseExact(reader.GetString(column), "D") : reader.GetFieldValue<Guid>(column);

    internal static object Timestamp(DatabaseDialect dialect, DateTimeOffset at) =>
        dialect == DatabaseDialect.Sqlite ? Microseconds(at) : DateTime.UnixEpoch.AddMicroseconds(Microseconds(at));

    internal static DateTimeOffset ReadTimestamp(DatabaseDialect dialect, DbDataReader reader, int column) =>
        dialect == DatabaseDialect.Sqlite
            ? DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(column) * TimeSpan.TicksPerMicrosecond)
            : new DateTimeOffset(reader.GetFieldValue<DateTime>(column), TimeSpan.Zero);

    /// <summary>Microseconds since 1970 UTC, rounded down. Both databases lose finer precision alike.</summary>
    internal static long Microseconds(DateTimeOffset at) =>
        Math.DivRem(at.UtcTicks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond) is var (whole, rest) && rest < 0
            ? whole - 1
            : whole;

    /// <summary>A duration in whole microseconds.</summary>
    internal static long? Microseconds(TimeSpan? duration) =>
        duration is { } known ? known.Ticks / TimeSpan.TicksPerMicrosecond : null;

    /// <summary>
    /// Replaces what PostgreSQL cannot store, NUL and lone surrogates, by U+FFFD. Otherwise an unusual request id of a backend
    /// would make a batch that can never be stored.
    /// </summary>
    internal static string Text(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('\u0001', '\u007f') < 0 ? text : Sanitize(text);

    private static string Sanitize(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
