using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom;
using Strongroom.AspNetCore;
using Trading.Contracts;

namespace Trading.ServiceDefaults;

/// <summary>Creates and runs each service.</summary>
public static class TradingService
{
    /// <summary>
    /// Creates a builder with everything that all services share: settings, redacted logging, secrets, database, health, metrics,
    /// the management listener, call tokens and the credential breaker. <see cref="RunAsync"/> reports all faults at
    /// once.
    /// </summary>
    /// <param name="service">The service's id, such as <c>execution_gateway</c>.</param>
    /// <param name="args">The command line.</param>
    public static WebApplicationBuilder CreateBuilder(string service, string[] args) =>
        CreateBuilder(service, args, StrongroomRegistration.Add);

    internal static WebApplicationBuilder CreateBuilder(string service, string[] args, Action<WebApplicationBuilder> addSecrets)
    {
        var self = ServiceDirectory.Find(service);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        var checks = new StartChecks();
        builder.Services.AddSingleton(checks);
        builder.Services.AddSingleton(checks.For);
        builder.Services.AddSingleton(self);
        builder.AddTradingLogging(checks.Faults);
        builder.AddTradingSettings(checks);
        try
        {
            addSecrets(builder);
        }
        catch (SecretException e)
        {
            checks.Record(e);
        }
        if (ListenerSettings.Read(builder.Configuration, self, checks.Faults) is { } listeners)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.UseServiceListeners(listeners);
        }
        builder.Services.AddStrongroomWeb(options =>
            options.DrainDelay = DrainSettings.Read(builder.Configuration, checks.Faults)
        );
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, TradingJson.Default)
        );
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.AddTradingMetrics();
        builder.AddBreakerNews(checks);
        // Where a fault is known, services are missing, which the container would report with a stack trace.
        builder.Host.UseDefaultServiceProvider(
            (context, provider) =>
                provider.ValidateOnBuild = provider.ValidateScopes =
                    context.HostingEnvironment.IsDevelopment() && !checks.HasFailed
        );
        return builder;
    }

    /// <summary>
    /// Runs the service until it is asked to stop, which may be during its start, and gives the exit code. A failed start is
    /// reported in one message on stderr, without a stack trace: 3 for secrets, 2 for settings, 1 for anything else.
    /// </summary>
    public static Task<int> RunAsync(WebApplication app) =>
        MainAsync(async () =>
        {
            ArgumentNullException.ThrowIfNull(app);
            await using (app)
            {
                try
                {
                    await StartAsync(app);
                }
                catch (Exception e) when (StartFailure.IsStop(e, app.Lifetime))
                {
                    return 0;
                }
                await app.WaitForShutdownAsync();
            }
            return 0;
        });

    /// <summary>Runs a program whose failures are reported like those of <see cref="RunAsync"/>.</summary>
    public static async Task<int> MainAsync(Func<Task<int>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        try
        {
            return await main();
        }
        catch (Exception e)
        {
            var failure = StartFailure.FromException(e);
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
    }

    /// <summary>Starts the service without waiting for its end.</summary>
    /// <exception cref="SecretException">It cannot start; faults of settings are listed all at once.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(app);
        // A host that only checks reports these faults together with all others.
        if (!StartCheckArgument.IsGiven)
            app.Services.GetRequiredService<StartChecks>().Require(app.Services);
        app.UseStrongroom();
        app.MapTradingMetrics();
        await app.StartAsync(ct);
        app.BeginMetrics();
        var listeners = app.Services.GetRequiredService<ServiceListeners>();
        Log.Listening(
            app.Logger,
            app.Services.GetRequiredService<ServiceDirectory>().Id,
            listeners.Service,
            listeners.Management
        );
    }
}
