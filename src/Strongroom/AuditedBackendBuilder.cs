using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.AuditLayers;
using Strongroom.Backends;
using Strongroom.Journaling;
using Strongroom.Resilience;
using Strongroom.Telemetry;

namespace Strongroom;

/// <summary>
/// Opens a journal and wraps a backend in the layers that every program has, with or without a declaration: resilience, and
/// around it the audit of each exchange. <see cref="StrongroomOptions"/> states the order of all layers.
/// </summary>
public sealed class AuditedBackendBuilder
{
    /// <summary>The backend to wrap. The result owns and disposes it.</summary>
    public required ISecretBackend Backend { get; init; }

    /// <summary>The validated settings.</summary>
    public required StrongroomOptions Options { get; init; }

    /// <summary>The environment that the process runs in.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>The program's service id, as recorded in the audit.</summary>
    public required string Service { get; init; }

    /// <summary>
    /// Who acts, as recorded in the audit. Default: <c>STRONGROOM_OPERATOR</c>, else the login name, marked as unverified.
    /// </summary>
    public string? Actor { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The logger factory. Default: no logging.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    internal ResilienceSettings Resilience { get; init; } = new();

    /// <summary>The journal's capacity. The default suits a program that makes a handful of records.</summary>
    internal JournalCapacity JournalCapacity { get; init; } = new(Counters: 64, Records: 1024) { Intents = 16 };

    /// <summary>Called with the duration of each read.</summary>
    internal Action<TimeSpan> OnFetched { get; init; } = static _ => { };

    /// <summary>Opens the journal and composes the layers, which no other code does.</summary>
    /// <exception cref="SecretConfigurationException">The journal folder cannot be used.</exception>
    public AuditedBackend Build()
    {
        var logger = ResilientLogger.Create(Loggers);
        var identity = ProcessIdentity.Of(Service, Options, Environment, Backend.Name, Actor);
        var folder = JournalFolder.Open(
            Options.JournalDirectory ?? JournalFolder.Default(),
            mustPersist: Options.AuditRequired && !identity.IsLocalOrTest
        );
        var journal = folder.Create(identity.NewBoot(Time), Time, logger, JournalCapacity);
        var trail = new AuditTrail(journal, Options.AuditRequired, Time, logger);

        var resilient = new ResilienceLayer(Backend, Resilience, Time, logger);
        var layers = new FetchAuditLayer(resilient, Backend as IRotatingBackend, trail, OnFetched, Time);
        return new AuditedBackend(layers, Backend, identity, trail, folder, Time, logger);
    }
}
