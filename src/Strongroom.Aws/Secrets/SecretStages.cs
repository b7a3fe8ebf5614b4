using System.Text.Json;
using Strongroom.Aws.Transport;

namespace Strongroom.Aws.Secrets;

/// <summary>Which version carries which staging label, and whether the secret is deleted: the result of DescribeSecret.</summary>
internal sealed class SecretStages
{
    internal const string Current = "AWSCURRENT";
    internal const string Pending = "AWSPENDING";
    internal const string Previous = "AWSPREVIOUS";

    /// <summary>
    /// A label of ours on a pending version: the version that it was made from, so that nothing written since is lost.
    /// </summary>
    internal const string MadeFrom = "strongroom-from-";

    private readonly Dictionary<string, string[]> _labels = new(StringComparer.Ordinal);

    private SecretStages(AwsReply reply)
    {
        RequestId = reply.RequestId;
        IsDeleted = AwsReply.Timestamp(reply.Root, "DeletedDate") is not null;
        if (!reply.Root.TryGetProperty("VersionIdsToStages", out var versions) || versions.ValueKind != JsonValueKind.Object)
            return;
        foreach (var version in versions.EnumerateObject())
        {
            if (version.Name.Length is > 0 and <= SecretVersion.MaxLength && version.Value.ValueKind == JsonValueKind.Array)
                _labels[version.Name] = [.. version.Value.EnumerateArray().Select(label => label.GetString() ?? "")];
        }
    }

    internal bool IsDeleted { get; }

    internal string? RequestId { get; }

    internal static SecretStages Read(AwsReply reply) => new(reply);

    /// <summary>The version that carries a label.</summary>
    internal SecretVersion? Of(string label) =>
        _labels.FirstOrDefault(version => version.Value.Contains(label, StringComparer.Ordinal)).Key is { } id
            ? new SecretVersion(id)
            : null;

    /// <summary>The pending version. One that is also current is promoted already.</summary>
    internal SecretVersion? Unpromoted => Of(Pending) is { } pending && pending != Of(Current) ? pending : null;

    internal bool Has(SecretVersion version, string label) =>
        _labels.TryGetValue(version.Id, out var labels) && labels.Contains(label, StringComparer.Ordinal);

    /// <summary>The version that a pending one was made from, where it is one of ours.</summary>
    internal string? BaseOf(SecretVersion version) =>
        _labels.TryGetValue(version.Id, out var labels)
        && Array.Find(labels, label => label.StartsWith(MadeFrom, StringComparison.Ordinal)) is { } label
            ? label[MadeFrom.Length..]
            : null;
}
