namespace Strongroom;

/// <summary>One entry of a secret's history. Names and times, no value.</summary>
/// <param name="Version">The version.</param>
/// <param name="CreatedAt">When it was made, where the backend knows.</param>
/// <param name="State">Whether it can be read.</param>
/// <param name="IsCurrent">Whether a plain read gives it.</param>
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
    /// <summary>It can.</summary>
    Available,

    /// <summary>Deleted, and restorable.</summary>
    Deleted,

    /// <summary>Gone for good.</summary>
    Destroyed,
}
