namespace Strongroom.Storage.PostgreSql;

/// <summary>
/// Ensures, before connecting, that the database password is sent only to hosts in the declaration's <c>sendTo</c>.
/// </summary>
internal static class PasswordBinding
{
    internal static void Check(DatabaseContext context)
    {
        if (context.Declaration is not { } declaration)
            return;
        var options = context.Options;
        var origin = $"postgres://{BracketedHost(options.Host!)}:{options.Port}";
        var name = ManagedDatabaseLogin.PasswordName;
        if (declaration.Find(name) is not { } declared)
        {
            throw new SecretRefusedException(
                SecretErrorCode.Undeclared,
                $"The declaration of '{declaration.Service}' does not contain '{name}', which PostgreSQL requires. Add it, with "
                    + $"\"sendTo\": [\"{origin}\"].",
                name
            );
        }
        if (context.MayMigrate && PostgreSqlSettings.IsLoopback(options.Host!))
            return;
        if (!declared.SendTo.Any(allowed => Names(allowed, options)))
        {
            throw new SecretRefusedException(
                SecretErrorCode.HostNotBound,
                $"The declaration of '{declaration.Service}' does not allow sending '{name}' to {origin}. "
                    + "Correct DATABASE_HOST and DATABASE_PORT, or add that origin to the secret's 'sendTo'.",
                name
            );
        }
    }

    private static bool Names(Uri allowed, DatabaseOptions options) =>
        allowed.Scheme is "postgres" or "postgresql"
        && allowed.Host.Trim('[', ']').Equals(options.Host!.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        && (allowed.Port < 0 ? DatabaseOptions.DefaultPort : allowed.Port) == options.Port;

    private static string BracketedHost(string host) =>
        host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host;
}
