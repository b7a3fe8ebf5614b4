using Microsoft.Extensions.Logging;

namespace Strongroom.Telemetry;

/// <summary>
/// Gives <see cref="ResilientLogger"/>s. It belongs to whoever gave the factory that it is around, and so does disposing that.
/// </summary>
internal sealed class ResilientLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _loggers;

    private ResilientLoggerFactory(ILoggerFactory loggers) => _loggers = loggers;

    internal static ILoggerFactory Around(ILoggerFactory loggers) =>
        loggers as ResilientLoggerFactory ?? new ResilientLoggerFactory(loggers);

    public ILogger CreateLogger(string categoryName) => new ResilientLogger(_loggers.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => _loggers.AddProvider(provider);

    public void Dispose() { }
}
