using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Backends;
using Strongroom.Deployment;
using Strongroom.Journaling;

namespace Strongroom.Hosting;

/// <summary>What a start has to go by, and what its checks have found so far.</summary>
public sealed class StartContext : IAsyncDisposable
{
    /// <summary>Where the settings are read from.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary><c>IHostEnvironment.EnvironmentName</c>; null where there is no host.</summary>
    public string? HostEnvironmentName { get; init; }

    /// <summary>The backends that there are.</summary>
    public required IReadOnlyCollection<string> Backends { get; init; }

    /// <summary>Changes settings in code, after they were read and before they are validated.</summary>
    public Action<StrongroomOptions>? Configure { get; init; }

    /// <summary>Makes the backend that was picked.</summary>
    public required Func<string, BackendContext, ISecretBackend> CreateBackend { internal get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where to log.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    internal StrongroomOptions? Options { get; set; }

    internal StartSettings? Settings { get; set; }

    /// <summary>Set beforehand where the declaration is known; else the check loads it.</summary>
    public SecretDeclaration? Declaration { get; set; }

    /// <summary>Set where a check opened the guardrail.</summary>
    public BreakGlass? BreakGlass { get; internal set; }

    /// <summary>Not audited, so a start wraps it before it asks it anything.</summary>
    internal ISecretBackend? Backend { get; set; }

    /// <summary>Where the journal is; null until that was checked.</summary>
    public string? JournalFolder => Journal?.Path;

    internal JournalFolder? Journal { get; set; }

    /// <summary>Ends the backend that a check made. A start takes it over instead.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Backend is IAsyncDisposable ends)
            await ends.DisposeAsync().ConfigureAwait(false);
        else
            (Backend as IDisposable)?.Dispose();
    }
}
