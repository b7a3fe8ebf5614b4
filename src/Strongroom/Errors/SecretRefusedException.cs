namespace Strongroom;

/// <summary>
/// Strongroom itself refuses, before anybody is asked: the guardrail, an undeclared name, an unbound host, the credential
/// breaker.
/// </summary>
public sealed class SecretRefusedException : SecretException
{
    /// <summary>Makes one.</summary>
    public SecretRefusedException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
