using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Strongroom.Backends.Wire;

/// <summary>
/// Converts values from and to JSON without creating a string, and without a copy in a pool that is not zeroed, as the
/// framework's own writer leaves.
/// </summary>
internal static class JsonText
{
    /// <summary>A text as its characters; a number, a boolean, a list or an object as it is written. Null for null.</summary>
    internal static SecretValue? Read(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? null : Read(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>The same for JSON as it is written; null for nothing, too.</summary>
    internal static SecretValue? Read(ReadOnlySpan<byte> written) =>
        written switch
        {
            [] or [(byte)'n', ..] => null,
            [(byte)'"', .. var text, _] => text.Contains((byte)'\\') ? Unescaped(written) : SecretValue.FromBytes(text),
            _ => SecretValue.FromBytes(written),
        };

    /// <summary>Whether a value can be represented in JSON.</summary>
    internal static bool IsText(SecretValue value) => value.Reveal(0, static (utf8, _) => Utf8.IsValid(utf8));

    /// <summary>Writes a JSON string, escaping only what JSON requires.</summary>
    internal static void Write(IBufferWriter<byte> to, ReadOnlySpan<byte> utf8)
    {
        to.Write("\""u8);
        while (!utf8.IsEmpty)
        {
            var plain = utf8.IndexOfAny(s_escaped);
            if (plain != 0)
            {
                to.Write(plain < 0 ? utf8 : utf8[..plain]);
                if (plain < 0)
                    break;
            }
            Escape(to, utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }
        to.Write("\""u8);
    }

    internal static void Write(IBufferWriter<byte> to, string text) => Write(to, Encoding.UTF8.GetBytes(text));

    internal static void Write(IBufferWriter<byte> to, SecretValue value) => value.Reveal(to, static (utf8, to) =>
        {
            Write(to, utf8);
            return 0;
        });

    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(control => (byte)control),
        (byte)'"',
        (byte)'\\',
    ]);

    private static void Escape(IBufferWriter<byte> to, byte b)
    {
        var span = to.GetSpan(6);
        if (b >= 0x20)
        {
            span[0] = (byte)'\\';
            span[1] = b;
            to.Advance(2);
            return;
        }
        "\\u00"u8.CopyTo(span);
        span[4] = (byte)(b >= 0x10 ? '1' : '0');
        span[5] = "0123456789abcdef"u8[b & 0xF];
        to.Advance(6);
    }

    private static SecretValue Unescaped(ReadOnlySpan<byte> raw)
    {
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        var buffer = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            return SecretValue.FromBytes(buffer.AsSpan(0, reader.CopyString(buffer)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
