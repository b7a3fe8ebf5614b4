namespace Strongroom;

/// <summary>The access could not be recorded, so nothing was given out (<see cref="SecretErrorCode.AuditFailed"/>).</summary>
public sealed class SecretAuditFailedException : SecretException
{
    /// <summary>Makes one.</summary>
    public SecretAuditFailedException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
