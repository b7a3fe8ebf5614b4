using Strongroom.Deployment;
using Strongroom.Storage;

namespace Strongroom.Operations;

/// <summary>How a session is opened.</summary>
public sealed record OperatorSessionOptions
{
    /// <summary>
    /// Opens a SQLite database while the backend is asked. Default true; false for a program that looks at the database as it is,
    /// or that upgrades it.
    /// </summary>
    public bool OpensDatabaseAhead { get; init; } = true;

    /// <summary>The secret with PostgreSQL's password. Default: <see cref="ManagedDatabaseLogin.PasswordName"/>.</summary>
    public SecretName DatabaseLogin { get; init; } = ManagedDatabaseLogin.PasswordName;

    /// <summary>What the env backend goes by. Default: the declaration that <c>SECRET_DECLARATION</c> names.</summary>
    public SecretDeclaration? Declaration { get; init; }

    /// <summary>The guardrail's opening, where the program opened it before. Default: it is opened where that is
    /// needed.</summary>
    public BreakGlass? BreakGlass { get; init; }
}
