using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Telemetry;

namespace Strongroom;

/// <summary>Returned by <c>AddStrongroom</c>; packages add their backends and stores to it.</summary>
public interface IStrongroomBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>The host's configuration.</summary>
    IConfiguration Configuration { get; }

    /// <summary>
    /// Registers a backend under the name by which <c>SECRET_BACKEND</c> selects it. It is created only if selected.
    /// </summary>
    IStrongroomBuilder AddBackend(string name, Func<BackendContext, ISecretBackend> create);

    /// <summary>
    /// Adds the secrets that the declaration marks with <c>configurationKey</c> to the host's configuration, for frameworks that
    /// read nothing else. Each load is audited, and a key disappears when its value expires. Disabled in production unless
    /// <c>SECRET_CONFIGURATION_PROVIDER=on</c>. The strings that a framework reads from there cannot be zeroed: prefer <see
    /// cref="ISecretManager"/>.
    /// </summary>
    /// <param name="configuration">The host's configuration builder, such as <c>builder.Configuration</c>.</param>
    IStrongroomBuilder AddConfigurationProvider(IConfigurationBuilder configuration);
}

/// <summary>What a backend is created from.</summary>
public sealed record BackendContext
{
    /// <summary>The validated settings.</summary>
    public required StrongroomOptions Options { get; init; }

    /// <summary>The host's configuration, for the backend's own settings.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>The environment that the process runs in.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>The declaration. Null for the command, which reads any name.</summary>
    public SecretDeclaration? Declaration { get; init; }

    /// <summary>Reads a process variable; null if it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>
    /// Where a backend may keep state that must survive a restart, accessible to this user only: the journal folder. It may not
    /// exist yet.
    /// </summary>
    public string StateFolder => Options.JournalDirectory ?? Journaling.JournalFolder.Default();

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The logger factory.</summary>
    public required ILoggerFactory Loggers
    {
        get;
        init => field = ResilientLoggerFactory.Wrap(value);
    }
}
