namespace Strongroom.Deployment;

/// <summary>Which backend is used, and whether it may be used here.</summary>
internal static class BackendChoice
{
    /// <summary>The name of the backend that is allowed in local and test only.</summary>
    internal const string Env = "env";

    /// <summary>The names that have a package, and how to get it.</summary>
    private static readonly (string Name, string Package, string Call)[] s_known =
    [
        ("vault", "Strongroom.Vault", "AddVault()"),
        ("aws", "Strongroom.Aws", "AddAws()"),
    ];

    /// <summary>Gives the backend's name, or null and adds a fault.</summary>
    /// <param name="setting">SECRET_BACKEND, or null.</param>
    /// <param name="decision">Where this is.</param>
    /// <param name="registered">The names of the backends that were added.</param>
    /// <param name="faults">Where faults go.</param>
    internal static string? Choose(
        string? setting,
        DeploymentDecision decision,
        IReadOnlyCollection<string> registered,
        ICollection<string> faults
    )
    {
        if (string.IsNullOrWhiteSpace(setting))
        {
            if (decision.IsLocalOrTest)
                return Env;
            // Whether there is a default is not known before the environment is.
            if (decision.IsDecided)
                faults.Add(
                    $"SECRET_BACKEND is not set, and in {decision.Name} there is no default; set it to "
                        + $"{Listed(registered.Where(name => name != Env))}. "
                        + "On a developer's machine, set DEPLOYMENT_ENV=local instead: then env is the default."
                );
            return null;
        }
        if (registered.Contains(setting, StringComparer.Ordinal))
            return setting;
        faults.Add(
            s_known.FirstOrDefault(one => one.Name == setting) is { Name: not null } known
                ? $"SECRET_BACKEND is {known.Name}, which this program does not carry; add the package {known.Package} and "
                    + $"call {known.Call}."
                : "SECRET_BACKEND must be one of "
                    + $"{Listed(registered.Where(name => name != Env || decision.IsLocalOrTest || !decision.IsDecided))}."
        );
        return null;
    }

    /// <summary>Refuses the env backend outside local and test, unless the glass was broken.</summary>
    /// <exception cref="SecretRefusedException">It is not allowed here (<see cref="SecretErrorCode.Guardrail"/>).</exception>
    internal static void EnsureAllowed(string backend, DeploymentDecision decision, BreakGlass? breakGlass)
    {
        if (backend == Env && !decision.IsLocalOrTest && breakGlass is null)
        {
            throw new SecretRefusedException(
                SecretErrorCode.Guardrail,
                $"The env backend is refused in {decision.Name} (decided by {decision.DecidedBy}). Set SECRET_BACKEND to "
                    + "vault or aws; where this is a "
                    + "developer's machine, set DEPLOYMENT_ENV=local. In an emergency root can allow it for up to 4 hours: "
                    + "SECRET_BREAK_GLASS_FILE.",
                backend: backend
            );
        }
    }

    private static string Listed(IEnumerable<string> registered)
    {
        var names = registered
            .Concat(s_known.Select(one => one.Name))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return string.Join(" or ", names);
    }
}
