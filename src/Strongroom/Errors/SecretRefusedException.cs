namespace Strongroom;

/// <summary>
/// Strongroom itself refuses the operation, without asking the backend: guardrail, undeclared name, unbound host, unsupported
/// operation, or credential breaker.
/// </summary>
public sealed class SecretRefusedException : SecretException
{
    /// <summary>Creates the exception.</summary>
    public SecretRefusedException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
