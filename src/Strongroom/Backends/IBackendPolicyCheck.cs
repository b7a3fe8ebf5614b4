namespace Strongroom.Backends;

/// <summary>What a backend may know about permissions. A backend that enforces none need not be one.</summary>
public interface IBackendPolicyCheck
{
    /// <summary>
    /// Compares what a declaration needs with what the process's credentials may do there, and looks whether they may do more.
    /// </summary>
    /// <param name="declaration">The service's own.</param>
    /// <param name="others">Those of other services, whose secrets this one is not to reach. A backend may leave them
    /// out.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="SecretException">The backend did not answer, or refuses the login.</exception>
    ValueTask<PolicyReport> CheckPolicyAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    );
}

/// <summary>What a policy lacks, and what it allows beyond what is needed.</summary>
/// <param name="Missing">Paths to add, with the capabilities that are missing.</param>
/// <param name="TooMuch">Paths with the capabilities that the declaration does not ask for. A path of a secret that is declared
/// nowhere represents a wildcard.</param>
public sealed record PolicyReport(IReadOnlyList<PolicyPermission> Missing, IReadOnlyList<PolicyPermission> TooMuch)
{
    /// <summary>What the backend cannot be asked without doing it.</summary>
    public IReadOnlyList<PolicyPermission> NotAsked { get; init; } = [];
}

/// <summary>What a policy allows, or should allow, in one place.</summary>
/// <param name="Path">Where, in the backend's own form; <c>*</c> for what has no path.</param>
/// <param name="Capabilities">The backend's own words for what may be done there.</param>
public sealed record PolicyPermission(string Path, IReadOnlyList<string> Capabilities);
