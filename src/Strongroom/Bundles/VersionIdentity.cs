namespace Strongroom.Bundles;

/// <summary>
/// Tells one version of a bundle from another: by its id, and by when it was made where the backend gives an id out again.
/// Code compares identities, never ids.
/// </summary>
internal readonly record struct VersionIdentity(SecretVersion Version, DateTimeOffset? CreatedAt)
{
    /// <summary>The version, as a log or an audit row shows it.</summary>
    internal string Id => Version.Id;

    internal static VersionIdentity Of(Backends.SecretReadResult answer, Backends.BackendCapabilities backend) =>
        new(answer.Version, backend.ReusesVersions ? answer.CreatedAt : null);

    public override string ToString() => Version.Id;
}
