using Microsoft.Extensions.Logging;

namespace Strongroom.Telemetry;

/// <summary>Gives <see cref="UnfailingLogger"/>s. It belongs to whoever gave the factory that it is around, and so does disposing that.</summary>
internal sealed class UnfailingLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _loggers;

    private UnfailingLoggerFactory(ILoggerFactory loggers) => _loggers = loggers;

    internal static ILoggerFactory Around(ILoggerFactory loggers) => loggers as UnfailingLoggerFactory ?? new UnfailingLoggerFactory(loggers);

    public ILogger CreateLogger(string categoryName) => new UnfailingLogger(_loggers.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => _loggers.AddProvider(provider);

    public void Dispose()
    {
    }
}
