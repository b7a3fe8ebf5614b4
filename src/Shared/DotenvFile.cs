using System.Security.Cryptography;

namespace Strongroom.Env;

/// <summary>
/// A <c>.env</c> text that keeps every byte, so that a change touches only the lines concerned. The bytes are pinned and zeroed
/// on disposal; values are decoded on demand.
/// </summary>
internal sealed class DotenvFile : IDisposable
{
    private readonly byte[] _bytes;
    private readonly List<DotenvAssignment> _assignments;
    private readonly Dictionary<string, DotenvAssignment> _effective = new(StringComparer.Ordinal);

    private DotenvFile(byte[] pinned, List<DotenvAssignment> assignments)
    {
        _bytes = pinned;
        _assignments = assignments;
        // If a name is assigned twice, the last assignment wins, as in both reference parsers.
        foreach (var assignment in assignments)
            _effective[assignment.Name] = assignment;
    }

    /// <summary>The text.</summary>
    internal ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Every assignment in the order of the text, including those that a later one overrides.</summary>
    internal IReadOnlyList<DotenvAssignment> Assignments => _assignments;

    /// <summary>The variables that it assigns.</summary>
    internal IReadOnlyCollection<string> Names => _effective.Keys;

    /// <summary>Reads a text; the buffer is copied and remains the caller's to zero.</summary>
    /// <exception cref="SecretConfigurationException">It is malformed; all faults are listed by line, without their
    /// text.</exception>
    internal static DotenvFile Parse(ReadOnlySpan<byte> utf8, string source)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(utf8.Length, pinned: true);
        utf8.CopyTo(pinned);
        return Own(pinned, source);
    }

    /// <summary>Parses a text and takes ownership of its pinned buffer, which is zeroed even if the text is malformed.</summary>
    internal static DotenvFile Own(byte[] pinned, string source)
    {
        try
        {
            return new DotenvFile(pinned, DotenvParser.Parse(pinned, source));
        }
        catch
        {
            CryptographicOperations.ZeroMemory(pinned);
            throw;
        }
    }

    /// <summary>The value of a variable, empty ones included; null where it is not assigned. The caller disposes of it.</summary>
    internal SecretValue? Read(string name)
    {
        if (!_effective.TryGetValue(name, out var assignment))
            return null;
        var written = _bytes.AsSpan()[assignment.Written];
        if (assignment.Form == DotenvForm.Plain)
            return SecretValue.FromBytes(written);

        var content = written[1..^1];
        var decoded = GC.AllocateUninitializedArray<byte>(content.Length, pinned: true);
        try
        {
            return SecretValue.FromBytes(decoded.AsSpan(0, DotenvQuoting.Decode(content, assignment.Form, decoded)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decoded);
        }
    }

    /// <summary>
    /// The value of a secret's variable; a password that has none of its own is looked for in the URL that holds it, where
    /// <c>migrate</c> would find it. The caller disposes of it.
    /// </summary>
    internal SecretValue? ReadSecret(string variable) =>
        Read(variable) ?? UrlVariable.MayHold(variable).Select(PasswordIn).FirstOrDefault(password => password is not null);

    /// <summary>
    /// The same text with one variable set: in its effective line if it has one, where a comment behind it stays, else in a new
    /// line at the end.
    /// </summary>
    /// <exception cref="SecretConfigurationException">No way of writing the value is read alike by all.</exception>
    internal DotenvFile With(string name, SecretValue value) => value.Reveal((File: this, Name: name), static (utf8, state) =>
        {
            var (file, variable) = state;
            var quoted = DotenvQuoting.Quote(utf8, variable);
            try
            {
                return file._effective.TryGetValue(variable, out var old)
                    ? file.Replace(old, quoted)
                    : file.Append(variable, quoted);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(quoted);
            }
        });

    /// <summary>
    /// The same text without any assignment of that variable, since a remaining one would bring an older value back.
    /// </summary>
    internal DotenvFile Without(string name)
    {
        var kept = GC.AllocateUninitializedArray<byte>(
            _bytes.Length - _assignments.Where(a => a.Name == name).Sum(a => a.Lines.GetOffsetAndLength(_bytes.Length).Length),
            pinned: true
        );
        var (from, to) = (0, 0);
        foreach (var lines in _assignments.Where(a => a.Name == name).Select(a => a.Lines))
        {
            Keep(from..lines.Start.Value);
            from = lines.End.Value;
        }
        Keep(from.._bytes.Length);
        return Own(kept, "the changed text");

        void Keep(Range range)
        {
            var part = _bytes.AsSpan()[range];
            part.CopyTo(kept.AsSpan(to));
            to += part.Length;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private SecretValue? PasswordIn(string url)
    {
        using var value = Read(url);
        return value?.Reveal(0, static (utf8, _) =>
            UrlPassword.Find(utf8) is { } password ? UrlPassword.Decode(utf8[password]) : null
        );
    }

    private DotenvFile Replace(DotenvAssignment old, ReadOnlySpan<byte> quoted)
    {
        var rest = _bytes.AsSpan(old.Written.End.Value);
        // Behind a quote a comment may follow at once; behind a plain value it may not.
        ReadOnlySpan<byte> gap = rest is [(byte)'#', ..] ? " "u8 : [];
        return Join(_bytes.AsSpan(0, old.Written.Start.Value), quoted, gap, rest);
    }

    private DotenvFile Append(string name, ReadOnlySpan<byte> quoted)
    {
        var newLine = LineEnd;
        ReadOnlySpan<byte> before = _bytes.Length == 0 || DotenvSyntax.IsLineEnd(_bytes[^1]) ? [] : newLine;
        Span<byte> assignment = stackalloc byte[name.Length + 1];
        System.Text.Encoding.ASCII.GetBytes(name, assignment);
        assignment[^1] = (byte)'=';
        return Join(_bytes, before, assignment, quoted, newLine);
    }

    /// <summary>The line end that the file uses first.</summary>
    private ReadOnlySpan<byte> LineEnd
    {
        get
        {
            var at = _bytes.AsSpan().IndexOfAny((byte)'\n', (byte)'\r');
            return at < 0 || _bytes[at] == (byte)'\n' ? "\n"u8
                : at + 1 < _bytes.Length && _bytes[at + 1] == (byte)'\n' ? "\r\n"u8
                : "\r"u8;
        }
    }

    private static DotenvFile Join(
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third,
        ReadOnlySpan<byte> fourth,
        ReadOnlySpan<byte> fifth = default
    )
    {
        var joined = GC.AllocateUninitializedArray<byte>(
            first.Length + second.Length + third.Length + fourth.Length + fifth.Length,
            pinned: true
        );
        var rest = joined.AsSpan();
        Put(first, ref rest);
        Put(second, ref rest);
        Put(third, ref rest);
        Put(fourth, ref rest);
        Put(fifth, ref rest);
        return Own(joined, "the changed text");

        static void Put(ReadOnlySpan<byte> part, ref Span<byte> rest)
        {
            part.CopyTo(rest);
            rest = rest[part.Length..];
        }
    }
}
