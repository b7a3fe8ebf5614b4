namespace Strongroom;

/// <summary>
/// A backend's identifier of a version: Vault's number, AWS's version id, or a keyed hash for <c>env</c>. All secrets of a
/// bundle share it. It is never derived from a value without a key, so it can be logged.
/// </summary>
public readonly record struct SecretVersion
{
    /// <summary>The maximum length of an id: 64 characters.</summary>
    public const int MaxLength = 64;

    private readonly string? _id;

    /// <summary>Wraps a backend's version id.</summary>
    /// <exception cref="ArgumentException">The id is empty or longer than <see cref="MaxLength"/>.</exception>
    public SecretVersion(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id.Length > MaxLength)
            throw new ArgumentException($"A version id has at most {MaxLength} characters.", nameof(id));
        _id = id;
    }

    /// <summary>The id. Empty for <c>default</c>, which is not a version.</summary>
    public string Id => _id ?? "";

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
