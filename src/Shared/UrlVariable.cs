namespace Strongroom.Env;

/// <summary>
/// Relates a variable that holds a URL to the variable of its password: <c>DATABASE_URL</c> to <c>DATABASE_PASSWORD</c>.
/// </summary>
internal static class UrlVariable
{
    private const string Password = "_PASSWORD";

    // The empty one is for a variable such as DATABASE.
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

    /// <summary>The variable for the password in a URL.</summary>
    internal static string PasswordOf(string variable)
    {
        var ending = Array.Find(s_endings, one =>
            variable.Length > one.Length && variable.EndsWith(one, StringComparison.OrdinalIgnoreCase)
        )!;
        return variable[..^ending.Length] + Password;
    }

    /// <summary>The variables whose URL may contain the password of that variable; none if it is not a password's.</summary>
    internal static IEnumerable<string> MayHold(string variable) =>
        variable.EndsWith(Password, StringComparison.Ordinal)
            ? s_endings.Select(ending => variable[..^Password.Length] + ending)
            : [];
}
