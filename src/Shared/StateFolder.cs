namespace Strongroom.Unix;

/// <summary>
/// The folder for state without a setting of its own: journal, SQLite file, keys, refused logins. State is never written to the
/// current folder.
/// </summary>
internal static class StateFolder
{
    /// <summary>
    /// <c>$XDG_STATE_HOME/strongroom</c>, otherwise <c>~/.local/state/strongroom</c>; null if there is no home either.
    /// </summary>
    internal static string? Find(Func<string, string?> variable)
    {
        // The XDG specification requires relative paths to be ignored.
        if (variable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state))
            return Path.Combine(state, "strongroom");
        // The home of a system user often does not exist, and is not created.
        return HomeFolder(variable) is { } home ? Path.Combine(home, ".local", "state", "strongroom") : null;
    }

    /// <exception cref="SecretConfigurationException">There is no such folder.</exception>
    internal static string Get(Func<string, string?> variable) =>
        Find(variable) ?? throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, Missing);

    /// <summary>What to do if there is none.</summary>
    internal const string Missing =
        "There is no folder for state: XDG_STATE_HOME is not set, and this user has no home that exists. Set XDG_STATE_HOME "
        + "to an absolute path that this user may write, such as /var/lib/SERVICE; "
        + "or STRONGROOM_JOURNAL_DIR, and DATABASE_PATH where SQLite is used.";

    private static string? HomeFolder(Func<string, string?> variable)
    {
        var home = variable("HOME") is { Length: > 0 } set
            ? set
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.IsPathRooted(home) && Directory.Exists(home) ? home : null;
    }
}
