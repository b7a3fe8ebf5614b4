namespace Strongroom;

/// <summary>
/// The backend denied access or rejected the login: <see cref="SecretErrorCode.Denied"/>, <see
/// cref="SecretErrorCode.LoginRejected"/>.
/// </summary>
public sealed class SecretAccessDeniedException : SecretException
{
    /// <summary>Creates the exception.</summary>
    public SecretAccessDeniedException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) { }
}
