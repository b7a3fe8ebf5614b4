namespace Strongroom;

/// <summary>
/// A backend's own name for a version: Vault's number, AWS's id, a keyed hash for <c>env</c>. All secrets of a bundle share it.
/// Never derived from a value without a key, so it may be logged.
/// </summary>
public readonly record struct SecretVersion
{
    /// <summary>The longest id: 64 characters.</summary>
    public const int MaxLength = 64;

    private readonly string? _id;

    /// <summary>Wraps the backend's id.</summary>
    /// <exception cref="ArgumentException">It is empty or longer than <see cref="MaxLength"/>.</exception>
    public SecretVersion(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id.Length > MaxLength)
            throw new ArgumentException($"A version id has at most {MaxLength} characters.", nameof(id));
        _id = id;
    }

    /// <summary>The id; empty for <c>default</c>, which is no version.</summary>
    public string Id => _id ?? "";

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
