using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Wire;

/// <summary>
/// What one version of a secret holds: a text or bytes, at most 65,536 of them. A text that is a JSON object has fields. It
/// is kept in its own buffer, which disposing zeroes.
/// </summary>
internal sealed class SecretContent : IDisposable
{
    internal const int MaxBytes = 65_536;

    private readonly ErasedBuffer _bytes;
    private readonly JsonDocument? _document;

    internal SecretContent(ErasedBuffer bytes, bool isBinary)
    {
        _bytes = bytes;
        IsBinary = isBinary;
        if (!isBinary)
            _document = ParseObject(bytes.Written);
    }

    internal bool IsBinary { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes.Written.Span;

    /// <summary>The object, or undefined where the secret is one plain text, or bytes.</summary>
    internal JsonElement Fields => _document?.RootElement ?? default;

    internal bool HasFields => _document is not null;

    /// <summary>Reads <c>SecretString</c> or <c>SecretBinary</c>; null where there is neither.</summary>
    internal static SecretContent? Read(JsonElement element)
    {
        if (element.TryGetProperty("SecretString", out var text) && text.ValueKind == JsonValueKind.String)
            return new SecretContent(Unescaped(text), isBinary: false);
        if (!element.TryGetProperty("SecretBinary", out var binary) || binary.ValueKind != JsonValueKind.String)
            return null;
        using var encoded = Unescaped(binary);
        var bytes = new ErasedBuffer(Math.Max(1, encoded.Length));
        if (
            Base64.DecodeFromUtf8(encoded.Written.Span, bytes.GetSpan(encoded.Length), out _, out var written)
            != OperationStatus.Done
        )
        {
            bytes.Dispose();
            return null;
        }
        bytes.Advance(written);
        return new SecretContent(bytes, isBinary: true);
    }

    /// <summary>A value as it is: text where it is text.</summary>
    internal static SecretContent Whole(SecretValue value)
    {
        var isText = JsonText.IsText(value);
        return new SecretContent(value.Reveal(0, static (utf8, _) => Copy(utf8)), !isText);
    }

    /// <summary>The object with one field set or, without a value, taken out.</summary>
    internal static SecretContent WithField(JsonElement map, string field, SecretValue? value) =>
        new(JsonMap.With(map, field, value), isBinary: false);

    /// <summary>The names of the fields that hold something.</summary>
    internal List<string> FieldNames()
    {
        var names = new List<string>();
        if (!HasFields)
            return names;
        foreach (var property in Fields.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null)
                names.Add(property.Name);
        }
        return names;
    }

    internal SecretValue AsValue() => SecretValue.FromBytes(Bytes);

    public void Dispose()
    {
        _document?.Dispose();
        _bytes.Dispose();
    }

    private static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        if (!utf8.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
            return null;
        try
        {
            return JsonDocument.Parse(utf8);
        }
        catch (JsonException)
        {
            // A plain text that begins like an object. The original quotes it.
            return null;
        }
    }

    private static ErasedBuffer Unescaped(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        if (!raw.Contains((byte)'\\'))
            return Copy(raw[1..^1]);
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        var buffer = new ErasedBuffer(raw.Length);
        buffer.Advance(reader.CopyString(buffer.GetSpan(raw.Length)));
        return buffer;
    }

    private static ErasedBuffer Copy(ReadOnlySpan<byte> bytes)
    {
        var copy = new ErasedBuffer(Math.Max(1, bytes.Length));
        bytes.CopyTo(copy.GetSpan(bytes.Length));
        copy.Advance(bytes.Length);
        return copy;
    }
}
