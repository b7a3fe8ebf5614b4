using System.Text;
using System.Text.RegularExpressions;
using Strongroom.Env;
using Strongroom.Redaction;

namespace Strongroom.Cli.Migration;

/// <summary>
/// The file without its secrets: a placeholder for each, configuration as it is, comments and order kept. It is meant to be committed,
/// so what stands in comments and in assignments that are overruled is looked at too.
/// </summary>
internal sealed partial class EnvTemplate(DotenvFile file, IReadOnlyList<PlannedEntry> entries, EntryClassifier classifier)
{
    internal const string Placeholder = "<secret>";

    /// <summary>A shorter text is found everywhere, and says nothing.</summary>
    private const int ShortestKnown = 8;

    private static ReadOnlySpan<byte> QuotedPlaceholder => "'<secret>'"u8;

    private readonly List<string> _known = [.. entries.Where(entry => entry.Value is { ByteCount: >= ShortestKnown }).Select(entry => entry.Value!.Reveal())];

    /// <exception cref="CommandException">A secret would be left in it.</exception>
    internal byte[] Build()
    {
        var text = new MemoryStream();
        var bytes = file.Bytes.Span;
        var at = 0;
        for (var i = 0; i < file.Assignments.Count; i++)
        {
            var assignment = file.Assignments[i];
            text.Write(Encoding.UTF8.GetBytes(Scrub(Encoding.UTF8.GetString(bytes[at..assignment.Written.Start.Value]))));
            text.Write(ValueOf(assignment, bytes[assignment.Written], IsOverruled(i)));
            at = assignment.Written.End.Value;
        }
        text.Write(Encoding.UTF8.GetBytes(Scrub(Encoding.UTF8.GetString(bytes[at..]))));
        var built = text.ToArray();
        if (_known.Exists(value => built.AsSpan().IndexOf(Encoding.UTF8.GetBytes(value)) >= 0))
            throw new CommandException(ExitCodes.Refused, "a secret would be left in the template, so it is not written", "Take the copy of the value out of the file's comments or names.", "Template");
        return built;
    }

    private ReadOnlySpan<byte> ValueOf(DotenvAssignment assignment, ReadOnlySpan<byte> written, bool isOverruled)
    {
        var entry = entries.First(one => one.Variable == assignment.Name);
        if (written.Length == 0)
            return written;
        if (entry.Kind is EntryKind.Secret or EntryKind.Login)
            return QuotedPlaceholder;
        if (isOverruled)
            return entry.Kind == EntryKind.Url || classifier.LooksSecret(assignment.Name, written.Trim("'\""u8)) || HoldsKnown(written) ? QuotedPlaceholder : written;
        return entry.Kind == EntryKind.Url ? WithoutPassword(assignment.Name) : HoldsKnown(written) ? QuotedPlaceholder : written;
    }

    private bool IsOverruled(int index) => file.Assignments.Skip(index + 1).Any(later => later.Name == file.Assignments[index].Name);

    private bool HoldsKnown(ReadOnlySpan<byte> written)
    {
        foreach (var value in _known)
        {
            if (written.IndexOf(Encoding.UTF8.GetBytes(value)) >= 0)
                return true;
        }
        return false;
    }

    private byte[] WithoutPassword(string variable)
    {
        using var value = file.Read(variable)!;
        return value.Reveal(variable, static (utf8, variable) =>
        {
            var password = UrlPassword.Find(utf8)!.Value;
            // The colon goes too, and without a user the sign behind the password as well: user@host, host.
            var isAlone = utf8[password.Start.Value - 2] == (byte)'/';
            byte[] url = [.. utf8[..(password.Start.Value - 1)], .. utf8[(password.End.Value + (isAlone ? 1 : 0))..]];
            return DotenvQuoting.Quote(url, variable);
        });
    }

    private string Scrub(string comments)
    {
        comments = _known.Aggregate(comments, static (text, value) => text.Replace(value, Placeholder, StringComparison.Ordinal));
        comments = CommentedOut().Replace(comments, match =>
            classifier.LooksSecret(match.Groups["name"].Value, Encoding.UTF8.GetBytes(match.Groups["value"].Value.Trim('\'', '"'))) ? match.Groups["before"].Value + Placeholder : match.Value);
        List<HiddenPart>? parts = null;
        KnownShapes.Find(comments, ref parts);
        foreach (var part in Enumerable.Reverse(parts ?? []))
            comments = comments[..part.Start] + Placeholder + comments[part.End..];
        return comments;
    }

    /// <summary>An assignment behind <c>#</c>, as one that was taken out for a while.</summary>
    [GeneratedRegex(@"(?<before>#[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*)(?<value>[^\r\n]+?)(?=[ \t]*(?:\r|\n|$))")]
    private static partial Regex CommentedOut();
}
