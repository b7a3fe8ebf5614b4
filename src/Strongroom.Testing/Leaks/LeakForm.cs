using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Strongroom.Testing;

/// <summary>One way in which a secret may be written down.</summary>
internal sealed record LeakForm(string Name, byte[] Bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Every form of a secret; of two that are equal, the first.</summary>
    public static IReadOnlyList<LeakForm> Of(ReadOnlySpan<byte> secret)
    {
        List<LeakForm> forms = [new("plain", secret.ToArray())];
        for (var alignment = 0; alignment < 3; alignment++)
        {
            var base64 = Base64(secret, alignment);
            forms.Add(Ascii($"base64+{alignment}", base64));
            forms.Add(Ascii($"base64url+{alignment}", base64.Replace('+', '-').Replace('/', '_')));
        }
        forms.Add(Ascii("hex", Convert.ToHexStringLower(secret)));
        forms.Add(Ascii("HEX", Convert.ToHexString(secret)));
        forms.Add(Ascii("url", Percent(secret, lower: false)));
        forms.Add(Ascii("url-lower", Percent(secret, lower: true)));
        forms.Add(Ascii("form", Percent(secret, lower: false).Replace("%20", "+", StringComparison.Ordinal)));
        if (Text(secret) is { } text)
            AddTextForms(forms, text);
        return [.. forms.DistinctBy(f => Convert.ToHexString(f.Bytes))];
    }

    private static void AddTextForms(List<LeakForm> forms, string text)
    {
        forms.Add(Utf8("json", JsonEncodedText.Encode(text).ToString()));
        forms.Add(Utf8("json-relaxed", JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()));
        forms.Add(Utf8("json-lower", LowerEscapes(JsonEncodedText.Encode(text).ToString())));
        forms.Add(
            Utf8(
                "json-slash",
                JsonEncodedText
                    .Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
                    .ToString()
                    .Replace("/", "\\/", StringComparison.Ordinal)
            )
        );
        forms.Add(new LeakForm("utf-16le", Encoding.Unicode.GetBytes(text)));
        forms.Add(new LeakForm("utf-16be", Encoding.BigEndianUnicode.GetBytes(text)));
    }

    // Inside a longer text, a secret begins at any of three places of a group; what its neighbours share is left out.
    private static string Base64(ReadOnlySpan<byte> secret, int alignment)
    {
        var padded = new byte[alignment + secret.Length];
        secret.CopyTo(padded.AsSpan(alignment));
        var text = Convert.ToBase64String(padded);
        var first = (alignment * 8 + 5) / 6;
        var end = padded.Length * 8 / 6;
        return text[first..end];
    }

    private static string Percent(ReadOnlySpan<byte> secret, bool lower)
    {
        var text = new StringBuilder();
        foreach (var octet in secret)
            if (char.IsAsciiLetterOrDigit((char)octet) || "-_.~".Contains((char)octet))
                text.Append((char)octet);
            else
                text.Append('%').Append(octet.ToString(lower ? "x2" : "X2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    private static string LowerEscapes(string json)
    {
        var text = new StringBuilder(json);
        for (var i = 0; i + 5 < text.Length; i++)
            if (text[i] == '\\' && text[i + 1] == 'u')
                for (var digit = i + 2; digit < i + 6; digit++)
                    text[digit] = char.ToLowerInvariant(text[digit]);
        return text.ToString();
    }

    private static string? Text(ReadOnlySpan<byte> secret)
    {
        try
        {
            return StrictUtf8.GetString(secret);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static LeakForm Ascii(string name, string text) => new(name, Encoding.ASCII.GetBytes(text));

    private static LeakForm Utf8(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
