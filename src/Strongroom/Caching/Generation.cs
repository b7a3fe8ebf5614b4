namespace Strongroom.Caching;

/// <summary>
/// What tells one value of a bundle from another: the version, and when it was made where the backend gives a version's id out
/// again. The only place where that is decided; everything compares generations and no versions.
/// </summary>
internal readonly record struct Generation(SecretVersion Version, DateTimeOffset? CreatedAt)
{
    /// <summary>The version, as a log or an audit row shows it.</summary>
    internal string Id => Version.Id;

    internal static Generation Of(Backends.SecretReadResult answer, Backends.BackendCapabilities backend) =>
        new(answer.Version, backend.ReusesVersions ? answer.CreatedAt : null);

    public override string ToString() => Version.Id;
}
