using System.Text;
using Strongroom.Env;

namespace Strongroom.Cli.Migration;

/// <summary>
/// The file without its secrets: a placeholder for each and for what is undecided, with configuration, comments and order kept.
/// It is meant to be committed, so comments and overruled assignments are searched too.
/// </summary>
internal sealed class EnvTemplate(DotenvFile file, IReadOnlyList<PlannedEntry> entries, EntryClassifier classifier)
{
    internal const string Placeholder = "<secret>";
    internal const string UndecidedPlaceholder = "<undecided>";

    /// <summary>Shorter texts occur within others by chance.</summary>
    private const int ShortestInside = 8;

    private static ReadOnlySpan<byte> QuotedPlaceholder => "'<secret>'"u8;

    private static ReadOnlySpan<byte> QuotedUndecided => "'<undecided>'"u8;

    /// <summary>Every value that must not be seen, the longest first; a word that is in every file hides nothing.</summary>
    private readonly List<string> _known =
    [
        .. entries
            .Where(entry => entry.Value is { ByteCount: > 2 })
            .Select(entry => entry.Value!.Reveal())
            .Where(value => !HarmlessWords.Contains(value))
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(value => value.Length),
    ];

    private readonly Dictionary<string, PlannedEntry> _byVariable = entries.ToDictionary(
        entry => entry.Variable,
        StringComparer.Ordinal
    );

    /// <exception cref="CommandException">A secret would be left in it.</exception>
    internal byte[] Build()
    {
        var text = new MemoryStream();
        var bytes = file.Bytes.Span;
        var comments = new CommentScrubber(classifier);
        var at = 0;
        for (var i = 0; i < file.Assignments.Count; i++)
        {
            var assignment = file.Assignments[i];
            Write(comments.Scrub(WithoutKnown(bytes[at..assignment.Lines.Start.Value])));
            var name = Encoding.UTF8.GetString(bytes[assignment.Lines.Start.Value..assignment.Written.Start.Value]);
            Write(name);
            text.Write(ValueOf(assignment, bytes[assignment.Written], IsOverruled(i)));
            Write(comments.Scrub(WithoutKnown(bytes[assignment.Written.End.Value..assignment.Lines.End.Value])));
            at = assignment.Lines.End.Value;
        }
        Write(comments.Scrub(WithoutKnown(bytes[at..])));
        var built = text.ToArray();
        return HoldsAny(built) ? throw Left() : built;

        void Write(string part) => text.Write(Encoding.UTF8.GetBytes(part));
    }

    /// <summary>Whether a text holds a value that the template must not hold.</summary>
    internal bool HoldsAny(ReadOnlySpan<byte> text)
    {
        foreach (var value in _known)
        {
            if (value.Length >= ShortestInside && text.IndexOf(Encoding.UTF8.GetBytes(value)) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether an existing template is an earlier one of this file: it differs only where something was undecided.
    /// </summary>
    internal static bool IsEarlier(ReadOnlySpan<byte> earlier, ReadOnlySpan<byte> built)
    {
        var (old, now) = (Encoding.UTF8.GetString(earlier).Split('\n'), Encoding.UTF8.GetString(built).Split('\n'));
        return old.Length == now.Length
            && old.Zip(now).All(static lines => lines.First == lines.Second || IsEarlierLine(lines.First, lines.Second));
    }

    private static bool IsEarlierLine(string old, string now)
    {
        var at = old.IndexOf($"'{UndecidedPlaceholder}'", StringComparison.Ordinal);
        return at > 0
            && now.StartsWith(old[..at], StringComparison.Ordinal)
            && now.EndsWith(old[(at + UndecidedPlaceholder.Length + 2)..], StringComparison.Ordinal);
    }

    private ReadOnlySpan<byte> ValueOf(DotenvAssignment assignment, ReadOnlySpan<byte> written, bool isOverruled)
    {
        var entry = _byVariable[assignment.Name];
        if (written.Length == 0)
            return written;
        if (entry.Kind is EntryKind.Secret or EntryKind.Login)
            return QuotedPlaceholder;
        if (isOverruled)
            return !classifier.IsHarmless(assignment.Name, written.Trim("'\""u8)) || HoldsKnown(written)
                ? QuotedPlaceholder
                : written;
        return entry.Kind switch
        {
            EntryKind.Undecided => QuotedUndecided,
            EntryKind.Url => WithoutPassword(assignment.Name),
            _ => HoldsKnown(written) ? QuotedPlaceholder : written,
        };
    }

    private bool IsOverruled(int index) =>
        file.Assignments.Skip(index + 1).Any(later => later.Name == file.Assignments[index].Name);

    private bool HoldsKnown(ReadOnlySpan<byte> written)
    {
        var text = Encoding.UTF8.GetString(written);
        return WithoutKnown(text) != text;
    }

    private byte[] WithoutPassword(string variable)
    {
        using var value = file.Read(variable)!;
        return value.Reveal(variable, static (utf8, variable) =>
        {
            var password = UrlPassword.Find(utf8)!.Value;
            // The colon goes too, and without a user the sign after the password as well: user@host, host.
            var isAlone = utf8[password.Start.Value - 2] == (byte)'/';
            byte[] url = [.. utf8[..(password.Start.Value - 1)], .. utf8[(password.End.Value + (isAlone ? 1 : 0))..]];
            return DotenvQuoting.Quote(url, variable);
        });
    }

    private string WithoutKnown(ReadOnlySpan<byte> text) => WithoutKnown(Encoding.UTF8.GetString(text));

    private string WithoutKnown(string text) => _known.Aggregate(text, static (text, value) =>
        {
            for (
                var at = text.IndexOf(value, StringComparison.Ordinal);
                at >= 0;
                at = at < text.Length ? text.IndexOf(value, at, StringComparison.Ordinal) : -1
            )
            {
                var end = at + value.Length;
                var isWord =
                    (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
                (text, at) =
                    value.Length >= ShortestInside || isWord
                        ? ($"{text[..at]}{Placeholder}{text[end..]}", at + Placeholder.Length)
                        : (text, end);
            }
            return text;
        });

    private static CommandException Left() =>
        new(
            ExitCodes.Refused,
            "a secret would be left in the template, so it is not written",
            "Take the copy of the value out of the file's comments or names.",
            "Template"
        );
}
