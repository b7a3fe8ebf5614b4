namespace Strongroom;

/// <summary>
/// The base class of every failure that Strongroom reports. The message says what to do and contains neither a value nor text
/// from a remote system.
/// </summary>
public class SecretException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SecretException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(message, inner)
    {
        Code = code;
        Name = name;
        Backend = backend;
    }

    /// <summary>The cause.</summary>
    public SecretErrorCode Code { get; }

    /// <summary>The secret concerned; null if the failure is not about one.</summary>
    public SecretName? Name { get; }

    /// <summary>The backend, such as <c>vault</c>; null if none was involved.</summary>
    public string? Backend { get; }

    /// <summary>Whether the same call may succeed later without intervention.</summary>
    public virtual bool IsTransient => false;
}
