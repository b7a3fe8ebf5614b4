using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>How many versions are kept and how they are written: of a mount, or of one secret.</summary>
internal sealed record KvV2Settings
{
    private const int DefaultVersions = 10;

    public int MaxVersions { get; init; }

    public bool CasRequired { get; init; }

    public TimeSpan DeleteVersionAfter { get; init; }

    public KvV2Settings With(Fields fields) =>
        new()
        {
            MaxVersions = fields.Number("max_versions", MaxVersions),
            CasRequired = fields.Flag("cas_required", CasRequired),
            DeleteVersionAfter = fields.DurationOrNull("delete_version_after") ?? DeleteVersionAfter,
        };

    /// <summary>The secret's number of versions, or the mount's, or ten.</summary>
    public static int Versions(KvV2Settings secret, KvV2Settings mount) =>
        secret.MaxVersions > 0 ? secret.MaxVersions
        : mount.MaxVersions > 0 ? mount.MaxVersions
        : DefaultVersions;

    /// <summary>The shorter life of the two; a negative one of the mount or the secret switches it off.</summary>
    public static TimeSpan? Life(KvV2Settings secret, KvV2Settings mount)
    {
        var (one, other) = (secret.DeleteVersionAfter, mount.DeleteVersionAfter);
        if (one < TimeSpan.Zero || other < TimeSpan.Zero || one == other && one == TimeSpan.Zero)
            return null;
        return one == TimeSpan.Zero ? other
            : other == TimeSpan.Zero || one < other ? one
            : other;
    }

    public void WriteTo(JsonObject json)
    {
        json["cas_required"] = CasRequired;
        json["delete_version_after"] = GoDuration.Long(DeleteVersionAfter);
        json["max_versions"] = MaxVersions;
    }
}
