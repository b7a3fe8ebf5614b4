using System.Buffers;
using System.Text;

namespace Strongroom.Testing;

/// <summary>
/// Finds all forms of all secrets in one pass. Bytes are widened to chars one to one, because the vectorised search for
/// many needles exists for strings only.
/// </summary>
internal sealed class LeakPatterns
{
    private readonly SearchValues<string> search;
    private readonly ILookup<char, (string Text, string? Secret, LeakForm Form)> byFirst;

    public LeakPatterns(IEnumerable<(string? Secret, LeakForm Form)> forms)
    {
        var patterns = forms.Select(f => (Text: Encoding.Latin1.GetString(f.Form.Bytes), f.Secret, f.Form)).ToList();
        search = SearchValues.Create([.. patterns.Select(p => p.Text)], StringComparison.Ordinal);
        byFirst = patterns.ToLookup(p => p.Text[0]);
        Longest = patterns.Max(p => p.Text.Length);
    }

    public int Longest { get; }

    /// <summary>Calls back for each find; what ends before <paramref name="seen"/> was reported before.</summary>
    public void Find(ReadOnlySpan<char> text, int seen, Action<int, string?, string> found)
    {
        var at = 0;
        while (text[at..].IndexOfAny(search) is var next and >= 0)
        {
            at += next;
            foreach (var (pattern, secret, form) in byFirst[text[at]])
                if (at + pattern.Length > seen && text[at..].StartsWith(pattern, StringComparison.Ordinal))
                    found(at, secret, form.Name);
            at++;
        }
    }
}
