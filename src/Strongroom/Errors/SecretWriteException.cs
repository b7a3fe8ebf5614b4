namespace Strongroom;

/// <summary>A write did not happen: <see cref="SecretErrorCode.Conflict"/>, <see cref="SecretErrorCode.WriteFailed"/>.</summary>
public sealed class SecretWriteException : SecretException
{
    /// <summary>Makes one.</summary>
    public SecretWriteException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
