using System.Data.Common;

namespace Strongroom.Storage;

/// <summary>
/// Creates and executes a statement in one line. Parameters are named <c>@name</c>, which both dialects support.
/// </summary>
public static class DbConnectionExtensions
{
    /// <summary>Creates a command from constant SQL; a null value becomes the database's NULL. The caller disposes it.</summary>
    public static DbCommand Command(
        this DbConnection connection,
        string sql,
        params ReadOnlySpan<(string Name, object? Value)> parameters
    )
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant or built from constants; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    internal static int Execute(this DbConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        return command.ExecuteNonQuery();
    }

    internal static async Task<int> ExecuteAsync(this DbConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.Command(sql);
        return await command.ExecuteNonQueryAsync(ct);
    }

    internal static async Task<object?> ScalarAsync(this DbConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.Command(sql);
        return await command.ExecuteScalarAsync(ct);
    }
}
