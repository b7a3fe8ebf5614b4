namespace Strongroom.Env;

/// <summary>
/// The password in a URL, and the variable that it would have alone: that of <c>DATABASE_URL</c> is <c>DATABASE_PASSWORD</c>.
/// </summary>
internal static class UrlVariable
{
    private const string Password = "_PASSWORD";

    // The last one, empty, is that of a variable like DATABASE.
    private static readonly string[] s_endings =
    [
        "_CONNECTION_STRING",
        "_CONNECTIONSTRING",
        "_CONNECTION",
        "_URL",
        "_URI",
        "_DSN",
        "",
    ];

    /// <summary>The variable that the password of a URL would have.</summary>
    internal static string PasswordOf(string variable)
    {
        var ending = Array.Find(s_endings, one =>
            variable.Length > one.Length && variable.EndsWith(one, StringComparison.OrdinalIgnoreCase)
        )!;
        return variable[..^ending.Length] + Password;
    }

    /// <summary>The variables whose URL may hold what that variable would hold; none where it is no password's.</summary>
    internal static IEnumerable<string> MayHold(string variable) =>
        variable.EndsWith(Password, StringComparison.Ordinal)
            ? s_endings.Select(ending => variable[..^Password.Length] + ending)
            : [];
}
