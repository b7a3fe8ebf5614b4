using System.Data.Common;

namespace Strongroom.Storage;

/// <summary>
/// How ids, moments and texts are written and read: natively in PostgreSQL, as text and microseconds in SQLite.
/// </summary>
internal static class StoredValue
{
    internal static object Id(DatabaseDialect dialect, Guid id) => dialect == DatabaseDialect.Sqlite ? id.ToString("D") : id;

    internal static Guid ReadId(DatabaseDialect dialect, DbDataReader reader, int column) =>
        dialect == DatabaseDialect.Sqlite ? Guid.ParseExact(reader.GetString(column), "D") : reader.GetFieldValue<Guid>(column);

    internal static object ClockReading(DatabaseDialect dialect, DateTimeOffset at) =>
        dialect == DatabaseDialect.Sqlite ? Microseconds(at) : DateTime.UnixEpoch.AddMicroseconds(Microseconds(at));

    internal static DateTimeOffset ReadMoment(DatabaseDialect dialect, DbDataReader reader, int column) =>
        dialect == DatabaseDialect.Sqlite
            ? DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(column) * TimeSpan.TicksPerMicrosecond)
            : new DateTimeOffset(reader.GetFieldValue<DateTime>(column), TimeSpan.Zero);

    /// <summary>
    /// Microseconds since 1970 UTC, rounded down: what is finer than a microsecond is lost in both databases alike.
    /// </summary>
    internal static long Microseconds(DateTimeOffset at) =>
        Math.DivRem(at.UtcTicks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond) is var (whole, rest) && rest < 0
            ? whole - 1
            : whole;

    /// <summary>A duration in whole microseconds.</summary>
    internal static long? Microseconds(TimeSpan? duration) =>
        duration is { } known ? known.Ticks / TimeSpan.TicksPerMicrosecond : null;

    /// <summary>
    /// The text with U+FFFD for what PostgreSQL cannot hold: NUL and lone surrogates. A backend's odd request id must not make a
    /// batch that no try will ever store.
    /// </summary>
    internal static string Text(string text) => text.AsSpan().IndexOfAnyExceptInRange('\u0001', '\u007f') < 0 ? text : Mend(text);

    private static string Mend(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
