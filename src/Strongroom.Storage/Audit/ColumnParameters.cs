using System.Data.Common;
using System.Runtime.CompilerServices;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>Sets a command's parameters to the values of a row. The first row creates the parameters.</summary>
internal struct ColumnParameters(DatabaseDialect dialect, DbCommand command) : IAuditColumnVisitor
{
    private int _next;

    public string Text(string column, string value)
    {
        Set(column, StoredValue.Text(value));
        return value;
    }

    public readonly string InstanceText(string column, string value) => value;

    public Guid Id(string column, Guid value)
    {
        Set(column, StoredValue.Id(dialect, value));
        return value;
    }

    public int Int32(string column, int value)
    {
        Set(column, value);
        return value;
    }

    public long Int64(string column, long value, string? json)
    {
        Set(column, value);
        return value;
    }

    public DateTimeOffset Time(string column, DateTimeOffset value)
    {
        Set(column, StoredValue.Timestamp(dialect, value));
        return value;
    }

    public TimeSpan? Duration(string column, TimeSpan? value, string json)
    {
        Set(column, StoredValue.Microseconds(value));
        return value;
    }

    public T Number<T>(string column, T value)
        where T : struct, Enum
    {
        Set(column, (short)Unsafe.BitCast<T, int>(value));
        return value;
    }

    public SecretErrorCode? Error(string column, SecretErrorCode? value)
    {
        Set(column, (short?)value);
        return value;
    }

    // Not generic over the column's type: each would be compiled for itself.
    private void Set(string column, object? stored)
    {
        if (_next == command.Parameters.Count)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = column;
            command.Parameters.Add(parameter);
        }
        command.Parameters[_next++].Value = stored ?? DBNull.Value;
    }
}
