namespace Strongroom.Vault.Policies;

/// <summary>Asks Vault what the process's token may really do. The vault backend is one.</summary>
public interface IVaultPolicyCheck
{
    /// <summary>Compares what a declaration needs with what the token may do there, and looks whether it may do more.</summary>
    /// <exception cref="SecretException">Vault could not be asked.</exception>
    ValueTask<PolicyReport> CheckPolicyAsync(SecretDeclaration declaration, CancellationToken ct);
}

/// <summary>What a policy lacks, and what it has too much.</summary>
/// <param name="Missing">Lines to add, with the capabilities that are missing.</param>
/// <param name="TooMuch">Paths with the capabilities that the declaration does not ask for. A path of a secret that nobody declared
/// stands for a wildcard.</param>
public sealed record PolicyReport(IReadOnlyList<PolicyLine> Missing, IReadOnlyList<PolicyLine> TooMuch);
