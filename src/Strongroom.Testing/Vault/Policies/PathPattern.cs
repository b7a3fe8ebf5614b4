namespace Strongroom.Testing.Vault;

/// <summary>A policy's path: <c>+</c> matches one segment, <c>*</c> at the end for anything.</summary>
internal sealed class PathPattern : IComparable<PathPattern>
{
    private readonly string[] segments;

    public PathPattern(string text)
    {
        Text = text;
        IsGlob = text.EndsWith('*');
        Prefix = IsGlob ? text[..^1] : text;
        segments = Prefix.Split('/');
    }

    public string Text { get; }

    public bool IsGlob { get; }

    public bool IsExact => !IsGlob && !segments.Contains("+");

    private string Prefix { get; }

    private int FirstWildcard => segments.TakeWhile(s => s != "+").Sum(s => s.Length + 1);

    private int Pluses => segments.Count(s => s == "+");

    public bool Matches(string path)
    {
        if (!segments.Contains("+"))
            return IsGlob ? path.StartsWith(Prefix, StringComparison.Ordinal) : path == Prefix;
        var parts = path.Split('/');
        if (IsGlob ? parts.Length < segments.Length : parts.Length != segments.Length)
            return false;
        for (var i = 0; i < segments.Length; i++)
        {
            var last = IsGlob && i == segments.Length - 1;
            if (
                segments[i] == "+" ? parts[i].Length == 0
                : last ? !parts[i].StartsWith(segments[i], StringComparison.Ordinal)
                : parts[i] != segments[i]
            )
                return false;
        }
        return true;
    }

    /// <summary>Whether a path below a mount may match.</summary>
    public bool MeetsBelow(string mount)
    {
        var plus = Prefix.IndexOf('+', StringComparison.Ordinal);
        var start = plus < 0 ? Prefix : Prefix[..plus];
        return start.StartsWith(mount, StringComparison.Ordinal)
            || (!IsExact && mount.StartsWith(start, StringComparison.Ordinal));
    }

    /// <summary>Vault's order of precedence: the greater one decides alone.</summary>
    public int CompareTo(PathPattern? other)
    {
        if (other is null)
            return 1;
        var order = IsExact.CompareTo(other.IsExact);
        if (order == 0)
            order = FirstWildcard.CompareTo(other.FirstWildcard);
        if (order == 0)
            order = other.IsGlob.CompareTo(IsGlob);
        if (order == 0)
            order = other.Pluses.CompareTo(Pluses);
        if (order == 0)
            order = Text.Length.CompareTo(other.Text.Length);
        return order == 0 ? string.CompareOrdinal(Text, other.Text) : order;
    }
}
