namespace Strongroom.Audit;

/// <summary>Who acts according to the process itself, without confirmation by a backend, marked as such for the audit.</summary>
internal static class UnverifiedActor
{
    /// <param name="setting">STRONGROOM_OPERATOR.</param>
    /// <param name="variable">Reads a variable of the process.</param>
    internal static string Resolve(string? setting, Func<string, string?> variable) =>
        setting is not null
            ? $"{setting} (STRONGROOM_OPERATOR)"
            : $"{variable("SUDO_USER") ?? Environment.UserName} (login name)";
}
