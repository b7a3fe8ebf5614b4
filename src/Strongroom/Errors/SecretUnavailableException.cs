namespace Strongroom;

/// <summary>
/// The backend cannot answer now, or the value's hour is over: <see cref="SecretErrorCode.Unreachable"/>,
/// <see cref="SecretErrorCode.Sealed"/>, <see cref="SecretErrorCode.Throttled"/>, <see cref="SecretErrorCode.TimedOut"/>,
/// <see cref="SecretErrorCode.Expired"/>.
/// </summary>
public sealed class SecretUnavailableException : SecretException
{
    /// <summary>Makes one.</summary>
    public SecretUnavailableException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null,
        TimeSpan? retryAfter = null
    )
        : base(code, message, name, backend, inner) => RetryAfter = retryAfter;

    /// <summary>How long the backend asked to wait, where it did.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// False for <see cref="SecretErrorCode.Expired"/>: the handle stays over, and asking the manager anew is what helps.
    /// </summary>
    public override bool IsTransient => Code != SecretErrorCode.Expired;

    internal static SecretUnavailableException Parked() =>
        new(
            SecretErrorCode.Unreachable,
            "The wall clock has jumped past the hour of this value, which is being read anew. Ask ISecretManager for it."
        );

    internal static SecretUnavailableException Ended() =>
        new(
            SecretErrorCode.Expired,
            "This value was held past the hour in which it was valid, and is gone. Ask ISecretManager for it at each use "
                + "instead of keeping it."
        );
}
