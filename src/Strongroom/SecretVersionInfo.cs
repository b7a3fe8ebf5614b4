namespace Strongroom;

/// <summary>One version in a secret's history. Holds no value.</summary>
/// <param name="Version">The version.</param>
/// <param name="CreatedAt">When it was created; null if the backend does not know.</param>
/// <param name="State">Whether the version can be read.</param>
/// <param name="IsCurrent">Whether a read without a version returns it.</param>
/// <param name="Stages">The backend's own labels, such as <c>AWSPREVIOUS</c>.</param>
public sealed record SecretVersionInfo(
    SecretVersion Version,
    DateTimeOffset? CreatedAt,
    SecretVersionState State,
    bool IsCurrent,
    IReadOnlyList<string> Stages
);

/// <summary>Whether a version can be read.</summary>
public enum SecretVersionState
{
    /// <summary>The version can be read.</summary>
    Available,

    /// <summary>Deleted, but can be restored.</summary>
    Deleted,

    /// <summary>Permanently destroyed.</summary>
    Destroyed,
}
