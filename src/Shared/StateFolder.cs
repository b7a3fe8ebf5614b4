namespace Strongroom.Unix;

/// <summary>
/// Where state lies that no setting names a place for: journal, SQLite file, keys, refused logins. One rule for all of it, so
/// that nothing ever lands in the folder that a process happens to stand in.
/// </summary>
internal static class StateFolder
{
    /// <summary>
    /// <c>$XDG_STATE_HOME/strongroom</c>, without that <c>~/.local/state/strongroom</c>; null where there is no home either.
    /// </summary>
    internal static string? Find(Func<string, string?> variable)
    {
        // The specification has relative paths ignored.
        if (variable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state))
            return Path.Combine(state, "strongroom");
        // A system user's home often is a name and no folder; nothing is made for it.
        return Home(variable) is { } home ? Path.Combine(home, ".local", "state", "strongroom") : null;
    }

    /// <exception cref="SecretConfigurationException">There is none.</exception>
    internal static string Get(Func<string, string?> variable) =>
        Find(variable) ?? throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, Missing);

    /// <summary>What to do where there is none.</summary>
    internal const string Missing =
        "There is no folder for state: XDG_STATE_HOME is not set, and this user has no home that exists. Set XDG_STATE_HOME "
        + "to an absolute path that this user may write, such as /var/lib/SERVICE; "
        + "or STRONGROOM_JOURNAL_DIR, and DATABASE_PATH where SQLite is used.";

    private static string? Home(Func<string, string?> variable)
    {
        var home = variable("HOME") is { Length: > 0 } set
            ? set
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.IsPathRooted(home) && Directory.Exists(home) ? home : null;
    }
}
