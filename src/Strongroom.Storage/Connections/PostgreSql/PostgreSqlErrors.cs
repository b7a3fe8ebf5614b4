using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Strongroom.Storage.PostgreSql;

/// <summary>
/// Translates errors of PostgreSQL and Npgsql for an operator. The server's own text is omitted, since it may quote what was
/// sent.
/// </summary>
internal static class PostgreSqlErrors
{
    internal static SecretException? Translate(NpgsqlException e, string location, SecretName password) =>
        e is PostgresException answered
            ? TranslateSqlState(answered.SqlState, location, password)
            : TranslateConnectionFailure(e, location);

    private static SecretException? TranslateSqlState(string state, string location, SecretName password) =>
        state switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                new SecretAccessDeniedException(
                    SecretErrorCode.LoginRejected,
                    $"{location}: the login was rejected (SQLSTATE {state}). Check DATABASE_USER, and that '{password}' holds "
                        + "this role's current password and pg_hba.conf lets it in.",
                    password
                ),
            PostgresErrorCodes.InvalidCatalogName => new SecretConfigurationException(
                SecretErrorCode.SettingInvalid,
                $"{location}: there is no such database. Correct DATABASE_NAME, or create it."
            ),
            PostgresErrorCodes.InsufficientPrivilege => new SecretAccessDeniedException(
                SecretErrorCode.Denied,
                $"{location}: the role may not do this (SQLSTATE {state}). Grant it, or use the role that may."
            ),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => new SecretConfigurationException(
                SecretErrorCode.SchemaMismatch,
                $"{location}: a table or column that this program needs is missing. Run 'strongroom database upgrade'."
            ),
            PostgresErrorCodes.TooManyConnections => new SecretUnavailableException(
                SecretErrorCode.Throttled,
                $"{location}: the server takes no more connections. Raise max_connections, or find who holds them."
            ),
            PostgresErrorCodes.ReadOnlySqlTransaction => new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"{location}: the server takes no writes; it may be a standby. Point DATABASE_HOST to the primary."
            ),
            PostgresErrorCodes.QueryCanceled => new SecretUnavailableException(
                SecretErrorCode.TimedOut,
                $"{location}: the statement was cancelled, by a time limit or by hand. Look for locks and load."
            ),
            // 08: connection; 53: out of resources; 57P: shut down, crashed, starting; 58: the server's own I/O.
            _ when state.StartsWith("08", StringComparison.Ordinal)
                    || state.StartsWith("53", StringComparison.Ordinal)
                    || state.StartsWith("57P", StringComparison.Ordinal)
                    || state.StartsWith("58", StringComparison.Ordinal) => new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"{location}: the server cannot serve now (SQLSTATE {state}). Check it and its log."
            ),
            _ => null,
        };

    private static SecretException TranslateConnectionFailure(NpgsqlException e, string location)
    {
        foreach (var cause in Causes(e))
        {
            switch (cause)
            {
                case SecretException ours:
                    return ours;
                case AuthenticationException:
                    return new SecretUnavailableException(
                        SecretErrorCode.Unreachable,
                        $"{location}: TLS failed. The server must offer it, with a certificate for that host name from a "
                            + "trusted CA (PGSSLROOTCERT names a private one)."
                    );
                case TimeoutException:
                    return new SecretUnavailableException(
                        SecretErrorCode.TimedOut,
                        $"{location}: no answer in time. Check the server and the network."
                    );
                case SocketException socket:
                    return new SecretUnavailableException(
                        SecretErrorCode.Unreachable,
                        $"{location}: not reached ({socket.SocketErrorCode}). Check DATABASE_HOST and DATABASE_PORT, and that "
                            + "it runs."
                    );
                case IOException:
                    return new SecretUnavailableException(
                        SecretErrorCode.Unreachable,
                        $"{location}: the connection broke. Check the server and its log."
                    );
            }
        }
        return new SecretUnavailableException(
            SecretErrorCode.Unreachable,
            $"{location}: no usable answer. The server must log in by SCRAM-SHA-256 and, off loopback, offer TLS; the "
                + "password was not sent otherwise."
        );
    }

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e.InnerException; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
