using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>The columns of <c>access_log</c>, in one order for writing and reading; who acted is read behind them.</summary>
internal static class AccessColumns
{
    internal const int Count = 16;

    internal const string List =
        "instance, boot, sequence, service, first_at, last_at, access_count, operation, outcome, source, name, version, "
        + "backend, request_id, "
        + "duration, error";

    internal static AccessRow Read(DatabaseDialect dialect, DbDataReader reader) =>
        new()
        {
            Instance = reader.GetString(0),
            Boot = StoredValue.ReadId(dialect, reader, 1),
            Sequence = reader.GetInt64(2),
            Service = reader.GetString(3),
            FirstAt = StoredValue.ReadMoment(dialect, reader, 4),
            LastAt = StoredValue.ReadMoment(dialect, reader, 5),
            AccessCount = reader.GetInt64(6),
            Operation = (AccessOperation)reader.GetInt16(7),
            Outcome = (AccessOutcome)reader.GetInt16(8),
            Source = (AccessSource)reader.GetInt16(9),
            Name = reader.GetString(10),
            Version = reader.GetString(11),
            Backend = reader.GetString(12),
            RequestId = reader.GetString(13),
            Duration = reader.IsDBNull(14) ? null : TimeSpan.FromTicks(reader.GetInt64(14) * TimeSpan.TicksPerMicrosecond),
            Error = reader.IsDBNull(15) ? null : (SecretErrorCode)reader.GetInt16(15),
            Actor = reader.GetString(16),
        };

    /// <summary>A duration in whole microseconds.</summary>
    internal static long? Duration(AccessRow row) =>
        row.Duration is { } duration ? duration.Ticks / TimeSpan.TicksPerMicrosecond : null;
}
