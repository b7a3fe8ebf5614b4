namespace Strongroom.Vault;

/// <summary>Adds Vault to a host.</summary>
public static class StrongroomBuilderExtensions
{
    /// <summary>
    /// Registers <c>SECRET_BACKEND=vault</c>: secrets in a KV engine of HashiCorp Vault or OpenBao. Nothing of it is created,
    /// read or validated unless that backend is selected.
    /// </summary>
    /// <param name="builder">The builder that <c>AddStrongroom</c> returned.</param>
    /// <param name="configure">Changes settings in code, after they are read and before they are validated.</param>
    /// <exception cref="SecretConfigurationException">At the host's start: settings named on <see cref="VaultOptions"/> are
    /// wrong.</exception>
    public static IStrongroomBuilder AddVault(this IStrongroomBuilder builder, Action<VaultOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddBackend(VaultDefaults.BackendName, context => VaultBackend.Create(context, configure));
    }
}
