using System.Security.Cryptography;
using Npgsql;

namespace Strongroom.Testing.Vault;

/// <summary>Runs a role's statements with names filled in, all or none.</summary>
internal static class DatabaseStatements
{
    public static readonly string[] Renewal = ["ALTER ROLE \"{{name}}\" VALID UNTIL '{{expiration}}'"];
    public static readonly string[] Revocation = ["DROP OWNED BY \"{{name}}\"", "DROP ROLE IF EXISTS \"{{name}}\""];
    public static readonly string[] Rotation = ["ALTER USER \"{{name}}\" WITH PASSWORD '{{password}}'"];

    public static async Task RunAsync(
        DatabaseConnection database,
        IEnumerable<string> statements,
        string name,
        string password,
        DateTimeOffset expiresAt,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (
            var template in statements.SelectMany(s =>
                s.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            )
        )
        {
            var text = template
                .Replace("{{name}}", name, StringComparison.Ordinal)
                .Replace("{{username}}", name, StringComparison.Ordinal)
                .Replace("{{password}}", password, StringComparison.Ordinal)
                .Replace(
                    "{{expiration}}",
                    expiresAt.UtcDateTime.ToString(
                        "yyyy-MM-dd HH:mm:ss'+0000'",
                        System.Globalization.CultureInfo.InvariantCulture
                    ),
                    StringComparison.Ordinal
                );
            await using var command = new NpgsqlCommand(text, connection, transaction);
            try
            {
                await command.ExecuteNonQueryAsync(ct);
            }
            catch (PostgresException e)
            {
                // The statement holds the password, and so may the database's words about it.
                throw new VaultRefusal(500, $"failed to execute a statement: SQLSTATE {e.SqlState}");
            }
        }
        await transaction.CommitAsync(ct);
    }

    public static string NewName(string displayName, string role, DateTimeOffset now)
    {
        var name = $"v-{Cut(displayName, 8)}-{Cut(role, 8)}-{TokenText.Letters(20)}-{now.ToUnixTimeSeconds()}";
        return Cut(new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')]), 63);
    }

    /// <summary>Twenty letters, digits and a hyphen inside, as Vault's own.</summary>
    public static string NewPassword()
    {
        var hyphen = RandomNumberGenerator.GetInt32(1, 19);
        var text = TokenText.Letters(20);
        return $"{text[..hyphen]}-{text[(hyphen + 1)..]}";
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
