using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Strongroom.Detection;

namespace Strongroom.Redaction;

/// <summary>Hides known values and what looks like a credential. It allocates only if there is something to hide.</summary>
internal sealed class SecretRedactor(KnownValues known) : ISecretRedactor
{
    private readonly CredentialFinder _credentials = CredentialFinder.Default;

    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryRedact(text, out var redacted) ? redacted : text;
    }

    internal bool TryRedact(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? redacted)
    {
        var parts = Find(text);
        redacted = parts is null ? null : RedactedRange.Mask(text, parts);
        return parts is not null;
    }

    /// <summary>Whether there is anything to hide.</summary>
    internal bool Hides(ReadOnlySpan<char> text) => Find(text) is not null;

    [SkipLocalsInit]
    private List<RedactedRange>? Find(ReadOnlySpan<char> text)
    {
        List<RedactedRange>? parts = null;
        List<DetectedCredential>? credentials = null;
        Span<byte> buffer = stackalloc byte[ByteChunk.BufferLength];
        for (var start = 0; start < text.Length; start += ByteChunk.Longest)
        {
            var chunk = new ByteChunk(text, start, buffer);
            known.Find(chunk, ref parts);
            _credentials.Find(chunk, ref credentials);
        }
        if (credentials is null)
            return parts;
        parts ??= [];
        foreach (var one in credentials)
            parts.Add(new RedactedRange(one.Start, one.End));
        return parts;
    }
}
