using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.AuditLayers;
using Strongroom.Backends;
using Strongroom.Journaling;
using Strongroom.Resilience;
using Strongroom.Telemetry;

namespace Strongroom.Operators;

/// <summary>
/// Composes what the command holds: audit of what leaves, audit of each exchange, resilience, backend. It is
/// <see cref="SecretManagerBuilder"/> without a declaration, and so without cache, refresh and breaker.
/// </summary>
internal sealed class OperatorManagerBuilder
{
    /// <summary>The command's service id in the audit.</summary>
    internal const string Service = "strongroom";

    // A command makes a handful of records, so its journal is a small one.
    private const int Counters = 64;
    private const long Records = 1024;
    private const int Intents = 16;

    internal required ISecretBackend Backend { get; init; }

    internal required StrongroomOptions Options { get; init; }

    internal required DeploymentEnvironment Environment { get; init; }

    /// <summary>Who acts; see <see cref="OperatorIdentity"/>.</summary>
    internal required string Actor { get; init; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    internal ResilienceSettings Resilience { get; init; } = new();

    /// <exception cref="SecretConfigurationException">The journal's folder cannot be used.</exception>
    internal OperatorRuntime Build()
    {
        var logger = ResilientLogger.Create(Loggers);
        var identity = new ProcessIdentity(
            Service,
            Options.Instance ?? $"{Service}-{System.Environment.MachineName}",
            Actor,
            Environment,
            Options.Namespace,
            Backend.Name
        );
        var folder = JournalFolder.Open(
            Options.JournalDirectory ?? JournalFolder.Default(),
            mustLast: Options.AuditRequired && !identity.IsLocalOrTest
        );
        var journal = folder.Create(
            new InstanceRow(
                identity.Instance,
                Guid.NewGuid(),
                Service,
                identity.EnvironmentName,
                Backend.Name,
                System.Environment.MachineName,
                System.Environment.ProcessId,
                Actor,
                Time.GetUtcNow()
            ),
            Time,
            logger,
            new JournalCapacity(Counters, Records) { Intents = Intents }
        );
        var trail = new AuditTrail(journal, Options.AuditRequired, Time, logger);
        ISecretBackend backend = new ResilienceLayer(Backend, Resilience, Time, logger);
        backend = new FetchAuditLayer(backend, trail, static _ => { }, Time);
        return new OperatorRuntime(
            new OperatorManager(Options.Namespace, backend, trail, new ElapsedClock(Time)),
            identity,
            trail,
            folder,
            Backend,
            Time,
            logger
        );
    }
}
