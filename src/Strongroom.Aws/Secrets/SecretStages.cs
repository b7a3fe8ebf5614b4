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

    /// <summary>A label of ours on a pending version: the operation that wrote it.</summary>
    internal const string Operation = "strongroom-operation-";

    /// <summary>A label of ours on a version that is kept: AWS removes only versions without labels.</summary>
    internal const string Kept = "strongroom-keep-";

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

    internal bool Has(SecretVersion version, string label) => LabelsOf(version).Contains(label, StringComparer.Ordinal);

    /// <summary>The labels on a version; none if it has none or does not exist.</summary>
    internal IReadOnlyList<string> LabelsOf(SecretVersion version) => _labels.GetValueOrDefault(version.Id) ?? [];

    /// <summary>The version that a pending one was made from, if this library wrote it.</summary>
    internal string? BaseOf(SecretVersion version) => NoteOf(version, MadeFrom);

    /// <summary>The operation that wrote a pending version, if this library wrote it for one.</summary>
    internal string? OperationOf(SecretVersion version) => NoteOf(version, Operation);

    private string? NoteOf(SecretVersion version, string prefix) =>
        LabelsOf(version).FirstOrDefault(label => label.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
}
