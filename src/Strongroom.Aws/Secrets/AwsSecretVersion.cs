using System.Text.Json;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>One version of a secret as AWS gave it. Disposing it zeroes the content.</summary>
internal sealed class AwsSecretVersion(SecretContent content, SecretVersion version, DateTimeOffset? createdAt, string? requestId)
    : IDisposable
{
    internal SecretContent Content { get; } = content;

    internal SecretVersion Version { get; } = version;

    internal DateTimeOffset? CreatedAt { get; } = createdAt;

    internal string? RequestId { get; } = requestId;

    /// <summary>Reads the answer to GetSecretValue, or one of those in a batch; null where it holds no value.</summary>
    internal static AwsSecretVersion? Read(JsonElement element, string? requestId)
    {
        if (
            AwsReply.Text(element, "VersionId") is not { Length: > 0 and <= SecretVersion.MaxLength } version
            || SecretContent.Read(element) is not { } content
        )
            return null;
        return new AwsSecretVersion(content, new SecretVersion(version), AwsReply.Timestamp(element, "CreatedDate"), requestId);
    }

    /// <summary>
    /// The value that a location selects, or null with the error to return. Plain text or bytes have no fields: the name means
    /// the whole content.
    /// </summary>
    internal SecretValue? Value(SecretLocation location, out SecretNotFoundException? error)
    {
        error = null;
        if (location.StoredName.Field == SecretName.WholeText || (location.StoredName.Field is null && !Content.HasFields))
            return Content.AsValue();
        var field = FieldSelection.Select(location, Content.FieldNames(), AwsDefaults.BackendName, out error);
        return field is null ? null : JsonText.Read(Content.Fields.GetProperty(field));
    }

    public void Dispose() => Content.Dispose();
}
