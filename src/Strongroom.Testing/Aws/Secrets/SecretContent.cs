using System.Text;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Aws.Secrets;

/// <summary>What a version holds: a text or bytes, never both. Not a record, which would print it.</summary>
internal sealed class SecretContent
{
    private const int LargestValue = 65_536;

    private readonly string? text;
    private readonly byte[]? bytes;

    private SecretContent(string? text, byte[]? bytes) => (this.text, this.bytes) = (text, bytes);

    /// <summary>The content that a request brings; null where it brings none.</summary>
    public static SecretContent? Read(Parameters parameters)
    {
        var (text, bytes) = (parameters.Text("SecretString"), parameters.Blob("SecretBinary"));
        if (text is not null && bytes is not null)
            throw AwsError.Parameter(
                "You can't specify both a binary secret value and a string secret value in the same secret."
            );
        var name = text is null ? "SecretBinary" : "SecretString";
        // Characters would let through up to three times the limit, which is meant in bytes.
        return (text is null ? bytes?.Length : Encoding.UTF8.GetByteCount(text)) switch
        {
            null => null,
            0 => throw Parameters.Constraint(name, "Member must have length greater than or equal to 1"),
            > LargestValue => throw Parameters.Constraint(name, $"Member must have length less than or equal to {LargestValue}"),
            _ => new SecretContent(text, bytes),
        };
    }

    public bool SameAs(SecretContent? other) =>
        other is not null
        && text == other.text
        && (bytes ?? []).AsSpan().SequenceEqual(other.bytes ?? [])
        && bytes is null == other.bytes is null;

    public void WriteTo(JsonObject answer)
    {
        if (text is not null)
            answer["SecretString"] = text;
        else
            answer["SecretBinary"] = Convert.ToBase64String(bytes!);
    }
}
