using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Telemetry;

namespace Strongroom;

/// <summary>What <c>AddStrongroom</c> gives back: packages add their backends and stores to it.</summary>
public interface IStrongroomBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>The host's configuration.</summary>
    IConfiguration Configuration { get; }

    /// <summary>
    /// Registers a backend under the name that <c>SECRET_BACKEND</c> picks it by; it is made only when it is picked.
    /// </summary>
    IStrongroomBuilder AddBackend(string name, Func<BackendContext, ISecretBackend> create);

    /// <summary>
    /// Shows the secrets that the declaration marks with <c>configurationKey</c> in the host's configuration, for frameworks that
    /// read nothing else. Each load is audited, and a key is gone when its value expires. Off in production unless
    /// <c>SECRET_CONFIGURATION_PROVIDER=on</c>. The strings that a framework takes from there cannot be zeroed: prefer
    /// <see cref="ISecretManager"/>.
    /// </summary>
    /// <param name="configuration">The host's configuration builder, such as <c>builder.Configuration</c>.</param>
    IStrongroomBuilder AddConfigurationProvider(IConfigurationBuilder configuration);
}

/// <summary>What a backend may use to make itself.</summary>
public sealed record BackendContext
{
    /// <summary>The validated settings.</summary>
    public required StrongroomOptions Options { get; init; }

    /// <summary>The host's configuration, for the backend's own settings.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>The decided environment.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>The declaration; the command has none and reads any name.</summary>
    public SecretDeclaration? Declaration { get; init; }

    /// <summary>Reads a variable of the process; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>
    /// Where a backend may keep what must outlive a restart, closed to others: the journal's folder. It may not exist yet.
    /// </summary>
    public string StateFolder => Options.JournalDirectory ?? Journaling.JournalFolder.Default();

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where to log.</summary>
    public required ILoggerFactory Loggers
    {
        get;
        init => field = ResilientLoggerFactory.Around(value);
    }
}
