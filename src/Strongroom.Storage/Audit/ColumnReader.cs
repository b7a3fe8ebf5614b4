using System.Data.Common;
using System.Runtime.CompilerServices;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>Reads the columns of a result in order.</summary>
internal struct ColumnReader(DatabaseDialect dialect, DbDataReader reader) : IAuditColumnVisitor
{
    private int _next;

    public string Text(string column, string value) => reader.GetString(_next++);

    public string InstanceText(string column, string value) => reader.GetString(_next++);

    public Guid Id(string column, Guid value) => StoredValue.ReadId(dialect, reader, _next++);

    public int Int32(string column, int value) => reader.GetInt32(_next++);

    public long Int64(string column, long value, string? json) => reader.GetInt64(_next++);

    public DateTimeOffset Time(string column, DateTimeOffset value) => StoredValue.ReadTimestamp(dialect, reader, _next++);

    public TimeSpan? Duration(string column, TimeSpan? value, string json) =>
        reader.IsDBNull(_next++) ? null : TimeSpan.FromTicks(reader.GetInt64(_next - 1) * TimeSpan.TicksPerMicrosecond);

    public T Number<T>(string column, T value)
        where T : struct, Enum => Unsafe.BitCast<int, T>(reader.GetInt16(_next++));

    public SecretErrorCode? Error(string column, SecretErrorCode? value) =>
        reader.IsDBNull(_next++) ? null : (SecretErrorCode)reader.GetInt16(_next - 1);
}
