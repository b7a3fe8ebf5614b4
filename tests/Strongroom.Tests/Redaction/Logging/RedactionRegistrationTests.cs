#pragma warning disable CA1848 // The calls that people write are what is tested.
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Strongroom.Redaction;
using Strongroom.Redaction.Logging;

namespace Strongroom.Tests.Redaction.Logging;

public class RedactionRegistrationTests
{
    private readonly string _secret = RandomSecret.Text();

    [Theory]
    [InlineData(ConsoleFormatterNames.Simple)]
    [InlineData(ConsoleFormatterNames.Json)]
    [InlineData(ConsoleFormatterNames.Systemd)]
    public async Task AddRedaction_console_writes_no_value(string formatter)
    {
        var written = await WriteAsync(formatter, services =>
        {
            services.GetRequiredService<KnownValues>().Add(SecretValue.FromText(_secret));
            var logger = services.GetRequiredService<ILogger<RedactionRegistrationTests>>();
            using var activity = new Activity("work").AddTag("key", _secret).Start();
            using (logger.BeginScope("outer {Key}", _secret))
            using (logger.BeginScope(new Dictionary<string, object?> { ["inner"] = _secret }))
            {
                logger.LogInformation("Key {Key} of {Count}", _secret, 3);
                logger.LogError(new InvalidOperationException("x", new TimeoutException("api_key=" + _secret)), "failed");
            }
        });
        Assert.Contains("Key *** of 3", written, StringComparison.Ordinal);
        Assert.Contains("outer ***", written, StringComparison.Ordinal);
        Assert.Contains("System.TimeoutException: api_key=***", written, StringComparison.Ordinal);
        Assert.DoesNotContain(_secret, written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddRedaction_clean_lines_are_written_as_without()
    {
        static void Log(IServiceProvider services)
        {
            var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("category");
            using (logger.BeginScope("outer {Id}", 1))
            using (logger.BeginScope(new Dictionary<string, object?> { ["inner"] = 2.5 }))
                logger.LogWarning(
                    new EventId(5, "five"),
                    new InvalidOperationException("x"),
                    "Order {Id} of {Quantity} {When}",
                    "o-1",
                    100,
                    DateTimeOffset.UnixEpoch
                );
        }
        foreach (
            var formatter in (string[])[ConsoleFormatterNames.Simple, ConsoleFormatterNames.Json, ConsoleFormatterNames.Systemd]
        )
            Assert.Equal(await WriteAsync(formatter, Log, redact: false), await WriteAsync(formatter, Log));
    }

    [Fact]
    public async Task AddRedaction_on_a_host_covers_its_own_lines()
    {
        var provider = new StructuredLoggerProvider();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(provider);
        builder.Services.AddRedaction().AddRedaction();
        using var host = builder.Build();
        host.Services.GetRequiredService<KnownValues>().Add(SecretValue.FromText(_secret));
        Assert.IsType<RedactingLoggerFactory>(host.Services.GetRequiredService<ILoggerFactory>());
        await host.StartAsync(TestContext.Current.CancellationToken);
        host.Services.GetRequiredService<ILogger<RedactionRegistrationTests>>().LogInformation("{Key}", _secret);
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(provider.Lines.Count > 2);
        Assert.DoesNotContain(provider.Lines, line => line.All.Contains(_secret, StringComparison.Ordinal));
        Assert.Equal("a ***", host.Services.GetRequiredService<ISecretRedactor>().Redact("a " + _secret));
    }

    [Fact]
    public void AddRedaction_filters_by_provider_still_apply()
    {
        var provider = new StructuredLoggerProvider();
        var services = new ServiceCollection();
        services.AddLogging(logging =>
            logging.AddProvider(provider).AddFilter<StructuredLoggerProvider>("quiet", LogLevel.Error)
        );
        using var built = services.AddRedaction().BuildServiceProvider();
        built.GetRequiredService<ILoggerFactory>().CreateLogger("quiet").LogWarning("w");
        built.GetRequiredService<ILoggerFactory>().CreateLogger("loud").LogWarning("w");
        Assert.Single(provider.Lines);
    }

    [Fact]
    public void AddRedaction_keeps_factories_registered_by_instance_or_function()
    {
        var provider = new StructuredLoggerProvider();
        using var own = LoggerFactory.Create(logging => logging.AddProvider(provider));
        foreach (
            var services in (ServiceCollection[])
                [
                    [],
                    [],
                ]
        )
        {
            if (provider.Lines.Count == 0)
                services.AddSingleton(own);
            else
                services.AddSingleton(_ => own);
            var built = services.AddRedaction().BuildServiceProvider();
            built.GetRequiredService<KnownValues>().Add(SecretValue.FromText(_secret));
            built.GetRequiredService<ILoggerFactory>().CreateLogger("c").LogInformation("{Key}", _secret);
        }
        Assert.Equal(["***", "***"], provider.Lines.Select(line => line.Message));
    }

    [Fact]
    public void AddRedaction_without_logging_says_what_to_do() =>
        Assert.Contains(
            "AddLogging",
            Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddRedaction()).Message,
            StringComparison.Ordinal
        );

    /// <summary>
    /// Runs the real formatters over a provider that keeps what they write: the console's own writes to the process's output from
    /// a thread of its own.
    /// </summary>
    private static async Task<string> WriteAsync(string formatter, Action<IServiceProvider> log, bool redact = true)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            logging.Configure(options =>
                options.ActivityTrackingOptions = ActivityTrackingOptions.SpanId | ActivityTrackingOptions.Tags
            );
            logging.AddSimpleConsole(options => options.IncludeScopes = true);
            logging.AddJsonConsole(options => options.IncludeScopes = true);
            logging.AddSystemdConsole(options => options.IncludeScopes = true);
            logging.ClearProviders();
            logging.Services.AddSingleton<ILoggerProvider>(provider => new FormattedLoggerProvider(
                provider.GetServices<ConsoleFormatter>().Single(one => one.Name == formatter)
            ));
        });
        if (redact)
            services.AddRedaction();
        await using var built = services.BuildServiceProvider();
        log(built);
        return built.GetServices<ILoggerProvider>().OfType<FormattedLoggerProvider>().Single().Written;
    }

    private sealed class FormattedLoggerProvider(ConsoleFormatter formatter) : ILoggerProvider, ISupportExternalScope
    {
        private readonly StringWriter _writer = new();
        private IExternalScopeProvider? _scopes;

        internal string Written => _writer.ToString();

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose() { }

        private sealed class Logger(FormattedLoggerProvider provider, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel,
                EventId eventId,
                TState state,
                Exception? exception,
                Func<TState, Exception?, string> format
            )
            {
                var entry = new LogEntry<TState>(logLevel, category, eventId, state, exception, format);
                provider.Formatter.Write(in entry, provider._scopes, provider._writer);
            }
        }

        private ConsoleFormatter Formatter => formatter;
    }
}
