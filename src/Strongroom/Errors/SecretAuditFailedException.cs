namespace Strongroom;

/// <summary>
/// The access or change could not be recorded, so it was not made (<see cref="SecretErrorCode.AuditFailed"/>).
/// </summary>
public sealed class SecretAuditFailedException : SecretException
{
    /// <summary>Creates the exception.</summary>
    public SecretAuditFailedException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
