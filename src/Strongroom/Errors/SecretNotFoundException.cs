namespace Strongroom;

/// <summary>
/// The secret, its version or its field is not there: <see cref="SecretErrorCode.Missing"/>,
/// <see cref="SecretErrorCode.Deleted"/>, <see cref="SecretErrorCode.VersionGone"/>, <see cref="SecretErrorCode.FieldMissing"/>.
/// </summary>
public sealed class SecretNotFoundException : SecretException
{
    /// <summary>Makes one.</summary>
    public SecretNotFoundException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
