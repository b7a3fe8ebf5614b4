using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Backends;
using Strongroom.Deployment;
using Strongroom.Journaling;

namespace Strongroom.Hosting;

/// <summary>The inputs of a start, and the results of its checks so far.</summary>
public sealed class StartContext : IAsyncDisposable
{
    /// <summary>The configuration that settings are read from.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary><c>IHostEnvironment.EnvironmentName</c>; null without a host.</summary>
    public string? HostEnvironmentName { get; init; }

    /// <summary>The names of the registered backends.</summary>
    public required IReadOnlyCollection<string> Backends { get; init; }

    /// <summary>Changes settings in code, after they are read and before they are validated.</summary>
    public Action<StrongroomOptions>? Configure { get; init; }

    /// <summary>Creates the selected backend.</summary>
    public required Func<string, BackendContext, ISecretBackend> CreateBackend { internal get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The logger factory. Default: no logging.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    internal StrongroomOptions? Options { get; set; }

    internal StartSettings? Settings { get; set; }

    /// <summary>The declaration. If it is null, the check loads it.</summary>
    public SecretDeclaration? Declaration { get; set; }

    /// <summary>The break-glass access that a check opened; null if none.</summary>
    public BreakGlass? BreakGlass { get; internal set; }

    /// <summary>Not audited: a start wraps it before it sends a request.</summary>
    internal ISecretBackend? Backend { get; set; }

    /// <summary>The journal folder; null until it has been checked.</summary>
    public string? JournalFolder => Journal?.Path;

    internal JournalFolder? Journal { get; set; }

    /// <summary>Disposes the backend that a check created. A start takes ownership of it instead.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Backend is IAsyncDisposable ends)
            await ends.DisposeAsync().ConfigureAwait(false);
        else
            (Backend as IDisposable)?.Dispose();
    }
}
