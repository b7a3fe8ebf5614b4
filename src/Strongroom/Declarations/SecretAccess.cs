namespace Strongroom;

/// <summary>What a service may do with a secret (<c>access</c> in <c>secrets.json</c>).</summary>
[Flags]
public enum SecretAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read it. The default.</summary>
    Read = 1,

    /// <summary>Write it.</summary>
    Write = 2,

    /// <summary>Delete and restore it.</summary>
    Delete = 4,
}
