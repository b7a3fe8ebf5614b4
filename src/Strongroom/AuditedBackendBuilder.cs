using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using Strongroom.AuditLayers;
using Strongroom.Backends;
using Strongroom.Journaling;
using Strongroom.Resilience;
using Strongroom.Telemetry;

namespace Strongroom;

/// <summary>
/// Opens a journal and puts the layers around a backend that every program has, with or without a declaration: the audit of each
/// exchange, and resilience within it. <see cref="StrongroomOptions"/> states the order of all layers.
/// </summary>
public sealed class AuditedBackendBuilder
{
    /// <summary>The backend that is wrapped. The result owns it.</summary>
    public required ISecretBackend Backend { get; init; }

    /// <summary>The validated settings.</summary>
    public required StrongroomOptions Options { get; init; }

    /// <summary>Where the process runs.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>The program's id in the audit.</summary>
    public required string Service { get; init; }

    /// <summary>Who acts, for the audit. Default: <c>STRONGROOM_OPERATOR</c>, else the login name, marked as
    /// unverified.</summary>
    public string? Actor { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where to log.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    internal ResilienceSettings Resilience { get; init; } = new();

    /// <summary>By default that of a program that makes a handful of records.</summary>
    internal JournalCapacity JournalCapacity { get; init; } = new(Counters: 64, Records: 1024) { Intents = 16 };

    /// <summary>Told how long each read took.</summary>
    internal Action<TimeSpan> OnFetched { get; init; } = static _ => { };

    /// <summary>Opens the journal and composes the layers: the one place that does.</summary>
    /// <exception cref="SecretConfigurationException">The journal's folder cannot be used.</exception>
    public AuditedBackend Build()
    {
        var logger = ResilientLogger.Create(Loggers);
        var identity = new ProcessIdentity(
            Service,
            Options.Instance ?? $"{Service}-{System.Environment.MachineName}",
            Actor ?? UnverifiedActor.Name(Options.Operator, System.Environment.GetEnvironmentVariable),
            Environment,
            Options.Namespace,
            Backend.Name
        );
        var folder = JournalFolder.Open(
            Options.JournalDirectory ?? JournalFolder.Default(),
            mustLast: Options.AuditRequired && !identity.IsLocalOrTest
        );
        var owner = new InstanceRow(
            identity.Instance,
            Guid.NewGuid(),
            identity.Service,
            identity.EnvironmentName,
            identity.Backend,
            System.Environment.MachineName,
            System.Environment.ProcessId,
            identity.Actor,
            Time.GetUtcNow()
        );
        var trail = new AuditTrail(folder.Create(owner, Time, logger, JournalCapacity), Options.AuditRequired, Time, logger);

        ISecretBackend layers = new ResilienceLayer(Backend, Resilience, Time, logger);
        layers = new FetchAuditLayer(layers, trail, OnFetched, Time);
        return new AuditedBackend(layers, Backend, identity, trail, folder, Time, logger);
    }
}
