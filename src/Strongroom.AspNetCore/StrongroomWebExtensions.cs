using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore;

/// <summary>Registers and maps what a service needs to be asked, watched and called.</summary>
public static class StrongroomWebExtensions
{
    /// <summary>
    /// Adds health, the management endpoints, call tokens, webhooks and the check that every route has a policy. Needs an
    /// <see cref="ISecretManager"/> and a <see cref="SecretDeclaration"/>, as <c>AddStrongroom</c> registers them.
    /// </summary>
    public static IServiceCollection AddStrongroomWeb(
        this IServiceCollection services,
        Action<StrongroomWebOptions>? configure = null
    )
    {
        var options = new StrongroomWebOptions();
        configure?.Invoke(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            options.Decide(provider.GetService<StrongroomInfo>(), provider.GetRequiredService<TimeProvider>());
            return options;
        });
        services.Configure<KestrelServerOptions>(ListenerLimits.Apply);
        services.AddSingleton<MappedRoutes>();
        services.AddSingleton<SharedRefresh>();
        services.AddSingleton<OneAtATime>();
        services.AddSingleton<ServiceDrain>();
        services.AddSingleton(provider => new ServiceHealth(
            provider.GetRequiredService<ISecretManager>(),
            provider.GetRequiredService<SecretDeclaration>(),
            provider.GetRequiredService<ServiceDrain>(),
            provider.GetRequiredService<StrongroomWebOptions>(),
            provider.GetService<ICredentialBreaker>()
        ));
        services.AddSingleton<UsedCallTokens>();
        services.AddSingleton(provider => new CallTokenUse(
            provider.GetRequiredService<UsedCallTokens>(),
            provider.GetService<IUsedIdStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CallTokenUse>>()
        ));
        services.AddSingleton<CallTokenVerifier>();
        services.AddSingleton(provider => new CallTokenSigner(
            provider.GetRequiredService<ISecretManager>(),
            provider.GetRequiredService<SecretDeclaration>().Service,
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<WebhookVerifier>();
        services.AddSingleton<IStartCheck, WebhookSecretCheck>();
        services.TryAddSingleton<IReplayStore, MemoryReplayStore>();
        services.AddSingleton(provider => new ManagementGuard(provider.GetService<ServiceListeners>()));
        services.AddSingleton<FrameworkPolicies>();
        services.AddSingleton<EndpointPolicyCheck>();
        services.AddSingleton<IStartCheck>(provider => provider.GetRequiredService<EndpointPolicyCheck>());
        services.AddHostedService(provider => provider.GetRequiredService<EndpointPolicyCheck>());
        services.AddHostedService<DrainDelay>();
        return services;
    }

    /// <summary>
    /// Guards every route by its policy, answers failures with problem details, and maps the health and management endpoints.
    /// Call it before other middleware; without it the start fails.
    /// </summary>
    public static WebApplication UseStrongroom(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetRequiredService<MappedRoutes>().Routes = app;
        if (app.Services.GetService<ServiceListeners>() is not null)
            ServiceListeners.HideAddresses(app.Configuration);
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<EndpointPolicyMiddleware>();
        PublicHealth.Map(app);
        ManagementEndpoints.Map(app);
        return app;
    }
}
