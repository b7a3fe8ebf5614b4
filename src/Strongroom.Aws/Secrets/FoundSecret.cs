using System.Text.Json;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>One version of a secret as AWS gave it. Disposing it zeroes the content.</summary>
internal sealed class FoundSecret(SecretContent content, SecretVersion version, DateTimeOffset? createdAt, string? requestId)
    : IDisposable
{
    internal SecretContent Content { get; } = content;

    internal SecretVersion Version { get; } = version;

    internal DateTimeOffset? CreatedAt { get; } = createdAt;

    internal string? RequestId { get; } = requestId;

    /// <summary>Reads the answer to GetSecretValue, or one of those in a batch; null where it holds no value.</summary>
    internal static FoundSecret? Read(JsonElement element, string? requestId)
    {
        if (
            AwsReply.Text(element, "VersionId") is not { Length: > 0 and <= SecretVersion.MaxLength } version
            || SecretContent.Read(element) is not { } content
        )
            return null;
        return new FoundSecret(content, new SecretVersion(version), AwsReply.Timestamp(element, "CreatedDate"), requestId);
    }

    /// <summary>
    /// The value that a place means, or null with the error to answer. A plain text, or bytes, has no fields: the name means it
    /// whole.
    /// </summary>
    internal SecretValue? Value(SecretLocation place, out SecretNotFoundException? error)
    {
        error = null;
        if (place.StoredName.Field == SecretName.WholeText || (place.StoredName.Field is null && !Content.HasFields))
            return Content.AsValue();
        var field = FieldSelection.Select(place, Content.FieldNames(), AwsDefaults.BackendName, out error);
        return field is null ? null : JsonText.Read(Content.Fields.GetProperty(field));
    }

    public void Dispose() => Content.Dispose();
}
