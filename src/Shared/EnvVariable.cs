namespace Strongroom.Env;

/// <summary>
/// Maps the name of a secret to a variable: <c>alpaca/api_key_id</c> to <c>ALPACA_API_KEY_ID</c>, with the namespace as a prefix
/// and a field after <c>__</c>.
/// </summary>
internal static class EnvVariable
{
    /// <summary>
    /// Variables that configure Strongroom, a backend, the runtime, the loader or the shell: a secret must not be one of them.
    /// </summary>
    private static readonly string[] s_reservedPrefixes =
    [
        "VAULT_",
        "AWS_",
        "SECRET_",
        "STRONGROOM_",
        "LD_",
        "DYLD_",
        "DOTNET_",
        "CORECLR_",
        "COMPLUS_",
        "ASPNETCORE_",
        "XDG_",
        "LC_",
        "SSL_",
        "NUGET_",
    ];

    private static readonly string[] s_reserved =
    [
        "DEPLOYMENT_ENV",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "FTP_PROXY",
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "TERM",
        "PWD",
        "OLDPWD",
        "TMPDIR",
        "TMP",
        "TEMP",
        "LANG",
        "LANGUAGE",
        "TZ",
        "IFS",
        "ENV",
        "BASH_ENV",
        "HOSTNAME",
        "MALLOC_CHECK_",
        "GLIBC_TUNABLES",
        "PYTHONPATH",
        "NODE_OPTIONS",
        "SUDO_USER",
        "TRADING_MODE",
    ];

    internal static string NameOf(SecretName name, string @namespace)
    {
        var variable = Map(@namespace) + Map(name.Path);
        // The whole text of a secret is what its variable holds.
        return name.Field is null or SecretName.WholeText ? variable : $"{variable}__{Map(name.Field)}";
    }

    internal static bool IsReserved(string variable) =>
        s_reserved.Contains(variable, StringComparer.Ordinal)
        || s_reservedPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    internal static string ReservedProblem(SecretName name, string variable) =>
        $"'{name}' would be the variable {variable}, which configures Strongroom or the system itself; rename the secret, or "
        + "set a SECRET_NAMESPACE.";

    /// <summary>Checks all declared names, and lists every fault.</summary>
    internal static List<string> Check(IEnumerable<SecretName> names, string @namespace)
    {
        var faults = new List<string>();
        var namesOf = new Dictionary<string, string>(StringComparer.Ordinal);
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var variable = NameOf(name, @namespace);
            if (IsReserved(variable))
                faults.Add(ReservedProblem(name, variable));
            if (namesOf.TryAdd(variable, $"'{name}'"))
                continue;
            namesOf[variable] += $" and '{name}'";
            shared.Add(variable);
        }
        foreach (var variable in shared)
            faults.Add(
                $"{namesOf[variable]} would be the one variable {variable}; rename all but one of them in the declaration."
            );
        return faults;
    }

    private static string Map(string text) => string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = char.IsAsciiLetterOrDigit(source[i]) ? char.ToUpperInvariant(source[i]) : '_';
        });
}
