using System.Data.Common;
using System.Runtime.CompilerServices;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>Sets a command's parameters to the values of a row. The first row creates the parameters.</summary>
internal struct ColumnParameters(DatabaseDialect dialect, DbCommand command) : IAuditColumnVisitor
{
    private int _next;

    public string Text(string column, string value) => Set(column, value, StoredValue.Text(value));

    public readonly string InstanceText(string column, string value) => value;

    public Guid Id(string column, Guid value) => Set(column, value, StoredValue.Id(dialect, value));

    public int Int32(string column, int value) => Set(column, value, value);

    public long Int64(string column, long value, string? json) => Set(column, value, value);

    public DateTimeOffset Time(string column, DateTimeOffset value) => Set(column, value, StoredValue.Timestamp(dialect, value));

    public TimeSpan? Duration(string column, TimeSpan? value, string json) => Set(column, value, StoredValue.Microseconds(value));

    public T Number<T>(string column, T value)
        where T : struct, Enum => Set(column, value, (short)Unsafe.BitCast<T, int>(value));

    public SecretErrorCode? Error(string column, SecretErrorCode? value) => Set(column, value, (short?)value);

    private T Set<T>(string column, T value, object? stored)
    {
        if (_next == command.Parameters.Count)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = column;
            command.Parameters.Add(parameter);
        }
        command.Parameters[_next++].Value = stored ?? DBNull.Value;
        return value;
    }
}
