using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Backends;
using Strongroom.Deployment;
using Strongroom.Journaling;

namespace Strongroom.Hosting;

/// <summary>What a start has to go by, and what its checks have found so far.</summary>
internal sealed class StartContext
{
    internal required IConfiguration Configuration { get; init; }

    /// <summary><c>IHostEnvironment.EnvironmentName</c>; null where there is no host.</summary>
    internal string? HostEnvironmentName { get; init; }

    /// <summary>The backends that there are.</summary>
    internal required IReadOnlyCollection<string> Backends { get; init; }

    /// <summary>Changes settings in code, after they were read and before they are validated.</summary>
    internal Action<StrongroomOptions>? Configure { get; init; }

    /// <summary>Makes the backend that was picked.</summary>
    internal required Func<string, BackendContext, ISecretBackend> CreateBackend { get; init; }

    internal required TimeProvider Time { get; init; }

    internal ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    internal StrongroomOptions? Options { get; set; }

    internal DeploymentDecision? Decision { get; set; }

    internal string? BackendName { get; set; }

    /// <summary>Set beforehand where the declaration is known; else the check loads it.</summary>
    internal SecretDeclaration? Declaration { get; set; }

    internal BreakGlass? BreakGlass { get; set; }

    /// <summary>Whoever runs the checks ends it.</summary>
    internal ISecretBackend? Backend { get; set; }

    internal JournalFolder? Journal { get; set; }
}
