using Microsoft.Extensions.Logging;

namespace Strongroom.Telemetry;

/// <summary>Creates <see cref="ResilientLogger"/>s. The wrapped factory belongs to its creator, who disposes it.</summary>
internal sealed class ResilientLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _loggers;

    private ResilientLoggerFactory(ILoggerFactory loggers) => _loggers = loggers;

    internal static ILoggerFactory Wrap(ILoggerFactory loggers) =>
        loggers as ResilientLoggerFactory ?? new ResilientLoggerFactory(loggers);

    public ILogger CreateLogger(string categoryName) => new ResilientLogger(_loggers.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => _loggers.AddProvider(provider);

    public void Dispose() { }
}
