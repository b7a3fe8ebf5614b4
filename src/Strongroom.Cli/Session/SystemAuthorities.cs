using System.Runtime.InteropServices;
using Strongroom.Operations;

namespace Strongroom.Cli.Session;

/// <summary>
/// Keeps the system's certificate authorities from being loaded where nothing trusts them: .NET reads all of them for each first
/// handshake, also where VAULT_CACERT alone counts, and that takes longer than everything else that a command does.
/// </summary>
internal static partial class SystemAuthorities
{
    /// <summary>
    /// Before the first handshake. It takes trust away and never gives any. The variables are set for OpenSSL in this process
    /// only: neither /proc nor a child sees them, since a child's variables are made from
    /// <see cref="CommandEnvironment.Variables"/>.
    /// </summary>
    internal static void LeaveOutWhereUnused(CommandEnvironment environment)
    {
        // PostgreSQL may be verified by them, and AWS is.
        if (
            environment.Variable("VAULT_CACERT") is null
            || environment.Variable("DATABASE_HOST") is not null
            || environment.Variable("SECRET_BACKEND") == BackendNames.Aws
            || !OperatingSystem.IsLinux()
        )
            return;
        _ = Set("SSL_CERT_FILE", "/dev/null", 1);
        _ = Set("SSL_CERT_DIR", "/dev/null", 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);
}
