namespace Strongroom.Env;

/// <summary>Adds the env backend.</summary>
public static class EnvBuilderExtensions
{
    /// <summary>
    /// Makes <c>SECRET_BACKEND=env</c> known: secrets in the process's variables and a <c>.env</c> file. <c>AddStrongroom</c>
    /// calls it; a builder of another kind calls it itself.
    /// </summary>
    public static IStrongroomBuilder AddEnv(this IStrongroomBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddBackend(EnvBackend.BackendName, EnvBackend.Create);
    }
}
