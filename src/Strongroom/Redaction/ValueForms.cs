using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Strongroom.Redaction;

/// <summary>
/// Writes a value in each form in which it may turn up and takes the fingerprint of each. The forms exist only in buffers of its
/// own, which are zeroed before it returns.
/// </summary>
internal ref struct ValueForms : IDisposable
{
    /// <summary>As it is 1, as JSON 8, in URLs 6, as base64 6.</summary>
    private const int Most = 21;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FingerprintKey _key;
    private readonly Fingerprint[] _taken = new Fingerprint[Most];
    private readonly char[] _text;
    private readonly char[] _form;
    private readonly byte[] _padded;
    private int _textLength;
    private int _length;
    private int _count;

    private ValueForms(FingerprintKey key, int bytes)
    {
        _key = key;
        // Pinned, so that the collector leaves no copies; six characters for one is what JSON takes at most.
        _text = GC.AllocateUninitializedArray<char>(bytes, pinned: true);
        _form = GC.AllocateUninitializedArray<char>((bytes * 6) + 16, pinned: true);
        _padded = GC.AllocateUninitializedArray<byte>(bytes + 2, pinned: true);
    }

    /// <summary>
    /// The fingerprints of all forms, or none where the value is shorter than <see cref="FingerprintKey.Window"/>.
    /// </summary>
    internal static Fingerprint[] Take(FingerprintKey key, ReadOnlySpan<byte> value)
    {
        // Whitespace around a value comes from files and is lost on the way; the inner part is found in either case.
        var bytes = TrimAscii(value);
        if (bytes.Length < FingerprintKey.Window)
            return [];
        using var forms = new ValueForms(key, bytes.Length);
        return forms.Take(bytes);
    }

    public readonly void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_text.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_form.AsSpan()));
        CryptographicOperations.ZeroMemory(_padded);
    }

    private static ReadOnlySpan<byte> TrimAscii(ReadOnlySpan<byte> value) => value.Trim(" \t\r\n"u8);

    private Fingerprint[] Take(ReadOnlySpan<byte> bytes)
    {
        if (TryDecode(bytes))
        {
            if (_textLength < FingerprintKey.Window)
                return [];
            Add(_text.AsSpan(0, _textLength));
            TakeJson();
        }
        TakeUrl(bytes, "-._~", plusForSpace: false);
        TakeUrl(bytes, "-._~", plusForSpace: true);
        TakeUrl(bytes, "-._!*()", plusForSpace: true);
        TakeBase64(bytes);
        var all = new Fingerprint[_count];
        Array.Copy(_taken, all, _count);
        return all;
    }

    private bool TryDecode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _textLength = s_strictUtf8.GetChars(bytes, _text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>
    /// As bytes out of step with the four-character groups: with 0, 1 or 2 strange bytes in front. Characters that hold bits of a
    /// neighbour are left out of the fingerprint and named in it, so that they are hidden too.
    /// </summary>
    private void TakeBase64(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_padded.AsSpan(2));
        _padded[0] = _padded[1] = 0;
        for (var shift = 0; shift <= 2; shift++)
        {
            var bits = 8 * (shift + bytes.Length);
            _ = Convert.TryToBase64Chars(_padded.AsSpan(2 - shift), _form, out _);
            var first = ((8 * shift) + 5) / 6;
            var form = _form.AsSpan(first, (bits / 6) - first);
            var after = bits % 6 == 0 ? 0 : 1;
            Add(form, shift == 0 ? 0 : 1, after);
            form.Replace('+', '-');
            form.Replace('/', '_');
            Add(form, shift == 0 ? 0 : 1, after);
        }
    }

    private void TakeUrl(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> unreserved, bool plusForSpace)
    {
        _length = 0;
        foreach (var b in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || unreserved.Contains((char)b))
                Write((char)b);
            else if (b == ' ' && plusForSpace)
                Write('+');
            else
                WriteHex("%", b, digits: 2);
        }
        AddInBothCases('%', digits: 2);
    }

    private void TakeJson()
    {
        foreach (
            var encoder in (ReadOnlySpan<JavaScriptEncoder>)
                [JavaScriptEncoder.Default, JavaScriptEncoder.UnsafeRelaxedJsonEscaping]
        )
        {
            _ = encoder.Encode(_text.AsSpan(0, _textLength), _form, out _, out _length);
            AddInBothCases('u', digits: 4);
        }

        // As Python, PHP and older serializers write it: the slash escaped or not, the rest as it is.
        foreach (var escapeSlash in (ReadOnlySpan<bool>)[false, true])
        {
            _length = 0;
            foreach (var c in _text.AsSpan(0, _textLength))
                WriteEscaped(c, escapeSlash);
            AddInBothCases('u', digits: 4);
        }
    }

    private void WriteEscaped(char c, bool escapeSlash)
    {
        var letter = c switch
        {
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\b' => 'b',
            '\f' => 'f',
            '"' => '"',
            '\\' => '\\',
            _ => '\0',
        };
        if (c == '/' && escapeSlash)
            letter = '/';
        if (letter != '\0')
        {
            Write('\\');
            Write(letter);
        }
        else if (c < ' ')
        {
            WriteHex("\\u", c, digits: 4);
        }
        else
        {
            Write(c);
        }
    }

    private void Write(char c) => _form[_length++] = c;

    private void WriteHex(ReadOnlySpan<char> lead, int value, int digits)
    {
        foreach (var c in lead)
            Write(c);
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4)
            Write("0123456789ABCDEF"[(value >> shift) & 15]);
    }

    private void AddInBothCases(char lead, int digits)
    {
        var form = _form.AsSpan(0, _length);
        Add(form);
        for (var at = 0; at + digits < form.Length; at++)
        {
            if (form[at] == lead && (lead == '%' || (at > 0 && form[at - 1] == '\\')))
            {
                foreach (ref var digit in form.Slice(at + 1, digits))
                    digit = char.ToLowerInvariant(digit);
                at += digits;
            }
        }
        Add(form);
    }

    private void Add(ReadOnlySpan<char> form, int before = 0, int after = 0)
    {
        if (form.Length < FingerprintKey.Window)
            return;
        var fingerprint = _key.Take(form, before, after);
        for (var index = 0; index < _count; index++)
        {
            if (_taken[index].Digest == fingerprint.Digest)
                return;
        }
        _taken[_count++] = fingerprint;
    }
}
