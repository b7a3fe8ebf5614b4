namespace Strongroom.Backends;

/// <summary>Optional capability of a backend: it can report what the process's credentials may do.</summary>
public interface IBackendPolicyCheck
{
    /// <summary>
    /// Compares the permissions of the process's credentials with those that a declaration needs, in both directions.
    /// </summary>
    /// <param name="declaration">The service's own declaration.</param>
    /// <param name="others">The declarations of other services, whose secrets this one must not be able to access. A backend may
    /// ignore them.</param>
    /// <param name="ct">Cancels the operation.</param>
    /// <exception cref="SecretException">The backend does not respond, or rejects the login.</exception>
    ValueTask<PolicyReport> CheckPolicyAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    );
}

/// <summary>The difference between the permissions of a credential and those that it needs.</summary>
/// <param name="Missing">Paths with the capabilities that are missing.</param>
/// <param name="Excessive">Paths with capabilities that the declaration does not need. A path of an undeclared secret stands for
/// a wildcard.</param>
public sealed record PolicyReport(IReadOnlyList<PolicyPermission> Missing, IReadOnlyList<PolicyPermission> Excessive)
{
    /// <summary>Permissions that cannot be checked without using them.</summary>
    public IReadOnlyList<PolicyPermission> Unchecked { get; init; } = [];
}

/// <summary>Capabilities on one path.</summary>
/// <param name="Path">The path, in the backend's own form; <c>*</c> for a capability without a path.</param>
/// <param name="Capabilities">The capabilities, in the backend's own terms.</param>
public sealed record PolicyPermission(string Path, IReadOnlyList<string> Capabilities);
