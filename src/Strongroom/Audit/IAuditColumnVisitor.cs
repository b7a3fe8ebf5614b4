namespace Strongroom.Audit;

/// <summary>
/// Visits the columns of a row in order. Each method receives a column's name and the row's value, and returns the value for the
/// row that <see cref="AuditColumns"/> creates: a writer returns what it received, a reader what it read.
/// </summary>
public interface IAuditColumnVisitor
{
    /// <summary>Visits a text; empty means none.</summary>
    string Text(string column, string value);

    /// <summary>
    /// Visits a text that a store keeps once per boot, in the instance's row, rather than in each row of the log.
    /// </summary>
    string InstanceText(string column, string value);

    /// <summary>Visits a random id.</summary>
    Guid Id(string column, Guid value);

    /// <summary>Visits a 32-bit number.</summary>
    int Int32(string column, int value);

    /// <summary>Visits a 64-bit number.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The row's value.</param>
    /// <param name="json">The name in JSON, if it is not the column's name in camel case.</param>
    long Int64(string column, long value, string? json = null);

    /// <summary>Visits a time, stored as UTC microseconds.</summary>
    DateTimeOffset Time(string column, DateTimeOffset value);

    /// <summary>Visits a duration, which is stored in microseconds.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The row's value.</param>
    /// <param name="json">The name in JSON, where it is in milliseconds.</param>
    TimeSpan? Duration(string column, TimeSpan? value, string json);

    /// <summary>Visits an enum value, stored as its number.</summary>
    T Number<T>(string column, T value)
        where T : struct, Enum;

    /// <summary>Visits an error, stored as its number.</summary>
    SecretErrorCode? Error(string column, SecretErrorCode? value);
}
