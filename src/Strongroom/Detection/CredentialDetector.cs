namespace Strongroom.Detection;

/// <summary>
/// Recognises credentials by what they look like: forms that their issuers document, logins in URLs, and values after a name such
/// as <c>password</c>. It knows no values, so a credential without a form of its own is not found.
/// </summary>
public static class CredentialDetector
{
    /// <summary>The first credential in a text, or null.</summary>
    /// <param name="text">Any text, such as a line or the value of a setting.</param>
    public static DetectedCredential? Find(ReadOnlySpan<char> text)
    {
        var all = FindAll(text);
        return all.Count > 0 ? all[0] : null;
    }

    /// <summary>Every credential in a text, in order; none overlaps another.</summary>
    /// <param name="text">Any text.</param>
    public static IReadOnlyList<DetectedCredential> FindAll(ReadOnlySpan<char> text)
    {
        List<DetectedCredential>? found = null;
        CredentialFinder.Default.Find(text, ref found);
        ByteList.Find(text, ref found);
        if (found is null)
            return [];
        found.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        for (var i = found.Count - 1; i > 0; i--)
        {
            if (found[i].Start >= found[i - 1].End)
                continue;
            found[i - 1] = found[i - 1] with { Length = Math.Max(found[i - 1].End, found[i].End) - found[i - 1].Start };
            found.RemoveAt(i);
        }
        return found;
    }

    /// <summary>
    /// The credential in the value of a setting or variable, or null. A password within the value takes precedence over a
    /// documented form, and that over what the name says.
    /// </summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">Its value. An empty one, a reference such as <c>${NAME}</c>, and <c>true</c>, <c>false</c>,
    /// <c>null</c> and <c>none</c> are not credentials.</param>
    public static DetectedCredential? FindInSetting(string name, ReadOnlySpan<char> value)
    {
        if (NamedValue.IsPlaceholder(value))
            return null;
        var all = FindAll(value);
        foreach (var one in all)
        {
            if (one.Evidence != CredentialEvidence.Pattern)
                return one;
        }
        if (all.Count > 0)
            return all[0];
        return new CredentialName(name).NamesCredential(IsNumber(value))
            ? new DetectedCredential("value behind a credential's name", CredentialEvidence.SettingName, 0, value.Length)
            : null;
    }

    /// <summary>
    /// Whether a value is a placeholder, as templates hold it: <c>your_api_key_here</c>, <c>changeme</c>, <c>&lt;token&gt;</c>,
    /// <c>xxx</c>.
    /// </summary>
    /// <param name="value">The whole value.</param>
    public static bool IsPlaceholder(ReadOnlySpan<char> value) => PlaceholderText.Is(value);

    private static bool IsNumber(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiDigit(c) && c is not (':' or '.'))
                return false;
        }
        return true;
    }
}
