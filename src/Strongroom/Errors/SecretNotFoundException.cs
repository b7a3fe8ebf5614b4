namespace Strongroom;

/// <summary>
/// The secret, its version or its field does not exist: <see cref="SecretErrorCode.Missing"/>, <see
/// cref="SecretErrorCode.Deleted"/>, <see cref="SecretErrorCode.VersionGone"/>, <see cref="SecretErrorCode.FieldMissing"/>.
/// </summary>
public sealed class SecretNotFoundException : SecretException
{
    /// <summary>Creates the exception.</summary>
    public SecretNotFoundException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
