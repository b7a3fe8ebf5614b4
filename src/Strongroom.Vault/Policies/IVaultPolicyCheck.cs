namespace Strongroom.Vault.Policies;

/// <summary>Asks Vault what the process's token may really do. The vault backend is one.</summary>
public interface IVaultPolicyCheck
{
    /// <summary>Compares what a declaration needs with what the token may do there, and looks whether it may do more.</summary>
    /// <exception cref="SecretException">Vault could not be asked.</exception>
    ValueTask<PolicyReport> CheckPolicyAsync(SecretDeclaration declaration, CancellationToken ct);

    /// <summary>The same, and whether the token may go to what declarations of other services name.</summary>
    /// <param name="declaration">The service's own.</param>
    /// <param name="others">Those of other services.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="SecretException">Vault could not be asked.</exception>
    ValueTask<PolicyReport> CheckPolicyAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    );
}

/// <summary>What a policy lacks, and what it has too much.</summary>
/// <param name="Missing">Lines to add, with the capabilities that are missing.</param>
/// <param name="TooMuch">Paths with the capabilities that the declaration does not ask for. A path of a secret that nobody
/// declared stands for a wildcard.</param>
public sealed record PolicyReport(IReadOnlyList<PolicyLine> Missing, IReadOnlyList<PolicyLine> TooMuch)
{
    /// <summary>What was not asked: all but reading, where the policy lacks <c>sys/capabilities-self</c>. A check that does not
    /// name a path has not looked at it.</summary>
    public IReadOnlyList<PolicyLine> NotAsked { get; init; } = [];
}
