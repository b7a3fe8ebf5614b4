namespace Strongroom.Audit;

/// <summary>
/// Visits the columns of a row in their order. Each method is given a column's name and the row's value and returns the value for
/// the row that <see cref="AuditColumns"/> makes: a writer returns what it was given, a reader what it read instead.
/// </summary>
public interface IAuditColumnVisitor
{
    /// <summary>Visits a text; an empty one stands for none.</summary>
    string Text(string column, string value);

    /// <summary>
    /// Visits a text that a store keeps once for each boot, in the row of the instance, and not in each row of the log.
    /// </summary>
    string OfInstance(string column, string value);

    /// <summary>Visits a random id.</summary>
    Guid Id(string column, Guid value);

    /// <summary>Visits a 32-bit number.</summary>
    int Int32(string column, int value);

    /// <summary>Visits a 64-bit number.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The row's value.</param>
    /// <param name="json">Its name in JSON where that is not the column's in camel case.</param>
    long Int64(string column, long value, string? json = null);

    /// <summary>Visits a time, which is stored in microseconds and in UTC.</summary>
    DateTimeOffset Time(string column, DateTimeOffset value);

    /// <summary>Visits a duration, which is stored in microseconds.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The row's value.</param>
    /// <param name="json">Its name in JSON, where it is in milliseconds.</param>
    TimeSpan? Duration(string column, TimeSpan? value, string json);

    /// <summary>Visits a value of an enum, which is stored as its number.</summary>
    T Number<T>(string column, T value)
        where T : struct, Enum;

    /// <summary>Visits an error, which is stored as its number.</summary>
    SecretErrorCode? Error(string column, SecretErrorCode? value);
}
