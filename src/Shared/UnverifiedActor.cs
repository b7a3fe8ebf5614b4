namespace Strongroom.Audit;

/// <summary>Who acts, as the process says itself and no backend confirms. The audit marks it as that.</summary>
internal static class UnverifiedActor
{
    /// <param name="setting">STRONGROOM_OPERATOR.</param>
    /// <param name="variable">Reads a variable of the process.</param>
    internal static string Name(string? setting, Func<string, string?> variable) =>
        setting is not null
            ? $"{setting} (STRONGROOM_OPERATOR)"
            : $"{variable("SUDO_USER") ?? Environment.UserName} (login name)";
}
