namespace Trading.Contracts;

/// <summary>The syntax of symbols.</summary>
public static class Symbols
{
    /// <summary>The most symbols of one request.</summary>
    public const int Most = 50;

    private const int Longest = 10;

    /// <summary>Upper-case letters, digits and dots, at most ten, starting with a letter.</summary>
    public static bool IsSymbol(string? text) =>
        text is { Length: > 0 and <= Longest }
        && char.IsAsciiLetterUpper(text[0])
        && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '.');

    /// <summary>Returns what is wrong with a list of symbols, or null.</summary>
    public static string? Fault(IReadOnlyList<string>? symbols) =>
        symbols switch
        {
            null or { Count: 0 } => "Name at least one symbol.",
            { Count: > Most } => $"Name at most {Most} symbols.",
            _ when !symbols.All(IsSymbol) => "A symbol has 1 to 10 upper-case letters, digits or dots and starts with a letter.",
            _ when symbols.Distinct(StringComparer.Ordinal).Count() < symbols.Count => "Name each symbol once.",
            _ => null,
        };
}
