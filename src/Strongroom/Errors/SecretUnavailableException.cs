namespace Strongroom;

/// <summary>
/// The backend does not respond, or the value has expired: <see cref="SecretErrorCode.Unreachable"/>, <see
/// cref="SecretErrorCode.Sealed"/>, <see cref="SecretErrorCode.Throttled"/>, <see cref="SecretErrorCode.TimedOut"/>, <see
/// cref="SecretErrorCode.Expired"/>.
/// </summary>
public sealed class SecretUnavailableException : SecretException
{
    /// <summary>Creates the exception.</summary>
    public SecretUnavailableException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null,
        TimeSpan? retryAfter = null
    )
        : base(code, message, name, backend, inner) => RetryAfter = retryAfter;

    /// <summary>How long the backend asked to wait; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// False for <see cref="SecretErrorCode.Expired"/>: an expired value never becomes valid again; request the secret again
    /// instead.
    /// </summary>
    public override bool IsTransient => Code != SecretErrorCode.Expired;

    internal static SecretUnavailableException Parked() =>
        new(
            SecretErrorCode.Unreachable,
            "The wall clock jumped past the expiry of this value, which is being read again. Request it from ISecretManager."
        );

    internal static SecretUnavailableException Ended() =>
        new(
            SecretErrorCode.Expired,
            "This value was kept beyond the hour in which it was valid, and has been erased. Request it from ISecretManager at "
                + "each use instead of storing it."
        );
}
