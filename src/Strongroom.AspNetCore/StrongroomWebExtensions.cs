using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore;

/// <summary>Registers and maps what a service needs to be called, monitored and operated.</summary>
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
        AddPolicies(services);
        services.AddSingleton<EndpointPolicyCheck>();
        services.AddSingleton<IStartCheck>(provider => provider.GetRequiredService<EndpointPolicyCheck>());
        services.AddHostedService(provider => provider.GetRequiredService<EndpointPolicyCheck>());
        services.AddSingleton<IStartCheck, CallKeyCheck>();
        services.AddHostedService<DrainDelay>();
        return services;
    }

    /// <summary>
    /// Adds authentication and authorization, answers failures with problem details, and maps the health and management
    /// endpoints. Without it the service does not start. Call it before other middleware, except middleware that changes a
    /// request's path. After it only endpoints are reached; static files, for example, are not.
    /// </summary>
    public static WebApplication UseStrongroom(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetRequiredService<MappedRoutes>().Routes = app;
        if (app.Services.GetService<ServiceListeners>() is not null)
            ServiceListeners.HideAddresses(app.Configuration);
        app.UseMiddleware<ProblemMiddleware>();
        app.Use(next =>
        {
            // Created with the pipeline, not with the first call: it refuses tokens from before the start.
            app.Services.GetRequiredService<UsedCallTokens>();
            return context => ServiceConnections.CloseAnonymousAsync(context, next);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        PublicHealth.Map(app);
        ManagementEndpoints.Map(app);
        return app;
    }

    private static void AddPolicies(IServiceCollection services)
    {
        // Not AddAuthentication, which adds Data Protection and so writes keys to the user's home folder.
        services.AddAuthenticationCore().AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, CallAuthenticationHandler>(
            CallScheme.Name,
            null
        );
        // ASP.NET makes a single scheme the default. This one must not prevent that for the application's own.
        services.PostConfigure<AuthenticationOptions>(options =>
        {
            if (
                options.DefaultScheme is null
                && options.Schemes.Where(scheme => scheme.Name != CallScheme.Name).ToList() is [var only]
            )
                options.DefaultScheme = only.Name;
        });
        services.AddAuthorization();
        services.PostConfigure<AuthorizationOptions>(options => options.FallbackPolicy ??= StatedPolicyRequirement.Policy);
        services.AddSingleton<IAuthorizationHandler>(provider => new ManagementAuthorizationHandler(
            provider.GetService<ServiceListeners>()
        ));
        services.AddSingleton<IAuthorizationHandler, WebhookAuthorizationHandler>();
        var inner = services.Last(service => service.ServiceType == typeof(IAuthorizationMiddlewareResultHandler));
        services.AddSingleton<IAuthorizationMiddlewareResultHandler>(provider => new RefusalWriter(
            (IAuthorizationMiddlewareResultHandler)(
                inner.ImplementationInstance
                ?? inner.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)
            ),
            provider.GetRequiredService<ILogger<RefusalWriter>>()
        ));
        services.AddSingleton<MatcherPolicy, ListenerMatcherPolicy>();
    }
}
