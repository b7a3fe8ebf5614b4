using Npgsql;

namespace Strongroom.Testing.Vault;

/// <summary>How to reach a PostgreSQL as its administrator.</summary>
internal sealed record DatabaseConnection(string UrlTemplate, string User, string Password, IReadOnlyList<string> AllowedRoles)
{
    public bool Allows(string role) =>
        AllowedRoles.Any(a => a == "*" || a == role || a.EndsWith('*') && role.StartsWith(a[..^1], StringComparison.Ordinal));

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(ConnectionString());
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException)
        {
            await connection.DisposeAsync();
            // Npgsql's text could name the user; the state says enough.
            throw new VaultRefusal(500, $"error verifying connection: {(e as PostgresException)?.SqlState ?? "unreachable"}");
        }
    }

    // No pool: a rotated password must not live on in one.
    private string ConnectionString()
    {
        var url = UrlTemplate
            .Replace("{{username}}", Uri.EscapeDataString(User), StringComparison.Ordinal)
            .Replace("{{password}}", Uri.EscapeDataString(Password), StringComparison.Ordinal);
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("postgresql" or "postgres")
            || uri.UserInfo.Split(':') is not [var user, var password]
        )
            throw VaultRefusal.BadRequest("connection_url is postgresql://{{username}}:{{password}}@HOST:PORT/DATABASE");
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = uri.AbsolutePath.Trim('/'),
            Username = Uri.UnescapeDataString(user),
            Password = Uri.UnescapeDataString(password),
            SslMode = uri.Query.Contains("sslmode=disable", StringComparison.Ordinal) ? SslMode.Disable : SslMode.Prefer,
            Pooling = false,
        }.ConnectionString;
    }
}
