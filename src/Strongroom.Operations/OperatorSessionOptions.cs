using Strongroom.Deployment;
using Strongroom.Storage;

namespace Strongroom.Operations;

/// <summary>Options for opening a session.</summary>
public sealed record OperatorSessionOptions
{
    /// <summary>
    /// Opens a SQLite database while the backend is being read. Default true. False for a program that inspects or upgrades the
    /// database itself.
    /// </summary>
    public bool OpensDatabaseEarly { get; init; } = true;

    /// <summary>
    /// The name of the secret with the PostgreSQL password. Default: <see cref="ManagedDatabaseLogin.PasswordName"/>.
    /// </summary>
    public SecretName DatabaseLogin { get; init; } = ManagedDatabaseLogin.PasswordName;

    /// <summary>The declaration for the env backend. Default: the one that <c>SECRET_DECLARATION</c> names.</summary>
    public SecretDeclaration? Declaration { get; init; }

    /// <summary>Break-glass access that the program has already opened. Default: opened if needed.</summary>
    public BreakGlass? BreakGlass { get; init; }
}
