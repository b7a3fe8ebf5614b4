namespace Strongroom;

/// <summary>
/// Something was not written: <see cref="SecretErrorCode.Conflict"/>, <see cref="SecretErrorCode.WriteFailed"/>.
/// </summary>
public sealed class SecretWriteException : SecretException
{
    /// <summary>Creates the exception.</summary>
    public SecretWriteException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
