namespace Strongroom;

/// <summary>
/// The base of every failure that Strongroom reports. The message says what to do next and holds neither a value nor a remote's
/// own words.
/// </summary>
public class SecretException : Exception
{
    /// <summary>Makes one.</summary>
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

    /// <summary>What went wrong.</summary>
    public SecretErrorCode Code { get; }

    /// <summary>The secret that it went wrong for, where it is about one.</summary>
    public SecretName? Name { get; }

    /// <summary>The backend: <c>env</c>, <c>vault</c>, <c>aws</c>; null where none was asked.</summary>
    public string? Backend { get; }

    /// <summary>True where the same call may succeed a little later without anybody doing anything.</summary>
    public virtual bool IsTransient => false;
}
