namespace Strongroom.Detection;

/// <summary>
/// A key that is written as the decimal numbers of its bytes: <c>[12,240,…]</c>. It is sought in settings only: logs contain
/// ordinary lists of small numbers. So it is not a row of <see cref="CredentialPatterns"/>.
/// </summary>
internal static class ByteList
{
    private const int FewestBytes = 32;
    private const int LongestNumber = 3;

    internal static void Find(ReadOnlySpan<char> text, ref List<DetectedCredential>? found)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (
                !char.IsAsciiDigit(text[at])
                || (at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or '-' or '_'))
            )
                continue;
            var end = EndOf(text, at, out var count);
            if (count >= FewestBytes)
                (found ??= []).Add(new DetectedCredential("private key", CredentialEvidence.Pattern, at, end - at));
            at = Math.Max(at, end - 1);
        }
    }

    private static int EndOf(ReadOnlySpan<char> text, int at, out int count)
    {
        for (count = 0; ; count++)
        {
            var length = Alphabet.Digits.RunAt(text[at..]);
            if (length is 0 or > LongestNumber || byte.TryParse(text.Slice(at, length), out _) == false)
                return at;
            at += length;
            if (at >= text.Length || text[at] != ',')
            {
                count++;
                return at;
            }
            var next = at + 1;
            while (next < text.Length && text[next] == ' ')
                next++;
            if (next >= text.Length || !char.IsAsciiDigit(text[next]))
            {
                count++;
                return at;
            }
            at = next;
        }
    }
}
