namespace Strongroom.Testing.Vault;

/// <summary>A policy as written, and what it grants.</summary>
internal sealed record Policy(string Name, string Text, IReadOnlyList<(PathPattern Path, Capability Granted)> Rules)
{
    public static Policy Parse(string name, string text)
    {
        try
        {
            return new Policy(name, text, [.. PolicyParser.Parse(text).Select(r => (new PathPattern(r.Path), r.Granted))]);
        }
        catch (FormatException e)
        {
            throw VaultRefusal.BadRequest($"failed to parse policy: {e.Message}");
        }
    }
}
