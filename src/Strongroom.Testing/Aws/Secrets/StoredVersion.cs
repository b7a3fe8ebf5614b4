namespace Strongroom.Testing.Aws.Secrets;

/// <summary>One version: its content never changes, its labels do. A rotation that failed leaves one without content.</summary>
internal sealed class StoredVersion(string id, SecretContent? content, DateTimeOffset created, string? kmsKeyId)
{
    public string Id => id;

    public SecretContent? Content { get; set; } = content;

    public DateTimeOffset Created => created;

    /// <summary>The key that it is encrypted with; null is the account's own for secrets.</summary>
    public string? KmsKeyId { get; set; } = kmsKeyId;

    public DateTimeOffset? Accessed { get; set; }

    public List<string> Stages { get; } = [];

    public StoredVersion Copy()
    {
        var copy = new StoredVersion(id, Content, created, KmsKeyId);
        copy.Stages.AddRange(Stages);
        return copy;
    }
}
