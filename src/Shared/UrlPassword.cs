using System.Buffers;

namespace Strongroom.Env;

/// <summary>Finds the password of <c>scheme://user:password@host</c>, including one that is not percent-encoded.</summary>
internal static class UrlPassword
{
    private const int LongestPort = 5;

    private static readonly SearchValues<byte> s_userEnd = SearchValues.Create(" \t/?#@:"u8);

    /// <summary>
    /// The position of the password, or null. Null also for a list of hosts with a password each: the whole text is then the
    /// secret.
    /// </summary>
    internal static Range? Find(ReadOnlySpan<byte> text)
    {
        var scheme = text.IndexOf("://"u8);
        if (scheme < 1)
            return null;
        var user = scheme + 3;
        var length = text[user..].IndexOfAny(s_userEnd);
        if (length < 0 || text[user + length] != (byte)':')
            return null;
        var start = user + length + 1;
        var at = text[start..].IndexOf((byte)'@');
        if (at < 1 || (length > 0 && IsPort(text[start..])))
            return null;
        var authority = text[(start + at)..].IndexOfAny("/?#"u8);
        var end = start + text[start..(authority < 0 ? text.Length : start + at + authority)].LastIndexOf((byte)'@');
        var password = text[start..end];
        return password.ContainsAny(" \t"u8) || (password.Contains((byte)'@') && password.Contains((byte)','))
            ? null
            : start..end;
    }

    /// <summary>The percent-decoded password.</summary>
    internal static SecretValue Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = GC.AllocateUninitializedArray<byte>(encoded.Length, pinned: true);
        var length = 0;
        try
        {
            for (var i = 0; i < encoded.Length; i++)
            {
                if (
                    encoded[i] == (byte)'%'
                    && i + 2 <= encoded.Length - 1
                    && Hex(encoded[i + 1]) is >= 0 and var high
                    && Hex(encoded[i + 2]) is >= 0 and var low
                )
                {
                    decoded[length++] = (byte)((high << 4) | low);
                    i += 2;
                }
                else
                {
                    decoded[length++] = encoded[i];
                }
            }
            return SecretValue.FromBytes(decoded.AsSpan(0, length));
        }
        finally
        {
            Array.Clear(decoded);
        }
    }

    private static int Hex(byte b) => char.IsAsciiHexDigit((char)b) ? Convert.FromHexString($"0{(char)b}")[0] : -1;

    /// <summary>A port followed by a path with an @ is not a password.</summary>
    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits is > 0 and <= LongestPort && text[digits] is (byte)'/' or (byte)'?' or (byte)'#';
    }
}
