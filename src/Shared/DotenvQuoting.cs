using System.Text.Unicode;

namespace Strongroom.Env;

/// <summary>Quotes a value so that python-dotenv, node-dotenv and Strongroom read the same, and decodes quoted text.</summary>
internal static class DotenvQuoting
{
    /// <summary>The value as it is written, in a pinned buffer that the caller zeroes.</summary>
    /// <exception cref="SecretConfigurationException">No form is read identically by all.</exception>
    internal static byte[] Quote(ReadOnlySpan<byte> value, string variable)
    {
        if (!Utf8.IsValid(value))
            throw Refused(variable, "it is not UTF-8 text. Encode it, for instance as base64.");
        if (DotenvSyntax.HasInterpolation(value))
            throw Refused(variable, "it holds ${...}, which some programs replace. Choose another value, or another backend.");
        if (CanStandIn(DotenvForm.SingleQuoted, value))
            return Wrap((byte)'\'', value);
        if (CanStandIn(DotenvForm.DoubleQuoted, value))
            return Escape(value);
        if (CanStandPlain(value))
            return Copy(value);
        throw Refused(
            variable,
            "its quotes and backslashes are read differently by different programs. Choose another value, or another backend."
        );
    }

    /// <summary>Decodes what stands between quotes into <paramref name="target"/>, and says how long it is.</summary>
    internal static int Decode(ReadOnlySpan<byte> content, DotenvForm form, Span<byte> target)
    {
        var length = 0;
        for (var at = 0; at < content.Length; at++)
        {
            var (here, next) = (content[at], at + 1 < content.Length ? content[at + 1] : (byte)0);
            if (here == (byte)'\r')
            {
                // Both parsers read every line end as a line feed, inside quotes too.
                here = (byte)'\n';
                at += next == (byte)'\n' ? 1 : 0;
            }
            else if (here == (byte)'\\' && form == DotenvForm.DoubleQuoted && next is (byte)'n' or (byte)'r')
            {
                here = next == (byte)'n' ? (byte)'\n' : (byte)'\r';
                at++;
            }
            target[length++] = here;
        }
        return length;
    }

    private static bool CanStandIn(DotenvForm form, ReadOnlySpan<byte> value)
    {
        var isSingle = form == DotenvForm.SingleQuoted;
        // A bare carriage return would come back as a line feed; double quotes can escape it.
        if (
            value.Contains(isSingle ? (byte)'\'' : (byte)'"')
            || (isSingle && value.Contains((byte)'\r'))
            || value is [.., (byte)'\\']
        )
            return false;
        for (var at = 0; at + 1 < value.Length; at++)
        {
            if (
                value[at] == (byte)'\\'
                && (DotenvSyntax.IsDisputedEscape(form, value[at + 1]) || (!isSingle && IsEscapable(value[at + 1])))
            )
                return false;
        }
        return true;
    }

    /// <summary>What would become another character when read back, or stand behind the backslash once it is escaped.</summary>
    private static bool IsEscapable(byte next) => next is (byte)'n' or (byte)'r' or (byte)'\n' or (byte)'\r';

    private static bool CanStandPlain(ReadOnlySpan<byte> value) =>
        value
            is not []
                and not [(byte)'\'' or (byte)'"' or (byte)'`' or (byte)' ' or (byte)'\t', ..]
                and not [.., (byte)' ' or (byte)'\t']
        && !value.ContainsAny("#\r\n"u8)
        && !DotenvSyntax.HasOddSpace(value);

    private static byte[] Escape(ReadOnlySpan<byte> value)
    {
        var escaped = Pinned(value.Length + 2 + value.Count((byte)'\r') + value.Count((byte)'\n'));
        var length = 0;
        escaped[length++] = (byte)'"';
        foreach (var b in value)
        {
            if (DotenvSyntax.IsLineEnd(b))
                escaped[length++] = (byte)'\\';
            escaped[length++] = b switch
            {
                (byte)'\r' => (byte)'r',
                (byte)'\n' => (byte)'n',
                _ => b,
            };
        }
        escaped[length] = (byte)'"';
        return escaped;
    }

    private static byte[] Wrap(byte quote, ReadOnlySpan<byte> value)
    {
        var wrapped = Pinned(value.Length + 2);
        wrapped[0] = wrapped[^1] = quote;
        value.CopyTo(wrapped.AsSpan(1));
        return wrapped;
    }

    private static byte[] Copy(ReadOnlySpan<byte> value)
    {
        var copy = Pinned(value.Length);
        value.CopyTo(copy);
        return copy;
    }

    private static byte[] Pinned(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    private static SecretConfigurationException Refused(string variable, string reason) =>
        new(
            SecretErrorCode.ValueInvalid,
            $"The value for {variable} cannot be written to a .env file: {reason}",
            backend: DotenvStore.BackendName
        );
}
