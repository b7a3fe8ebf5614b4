using Strongroom.Configuration;

namespace Strongroom.Hosting;

/// <summary>What the container holds of a composed manager.</summary>
internal sealed record StrongroomComposition(
    StrongroomRuntime Runtime,
    SecretDeclaration Declaration,
    StrongroomInfo Info,
    TimeSpan StartupWait,
    ConfigurationPublisher? Publisher
);
