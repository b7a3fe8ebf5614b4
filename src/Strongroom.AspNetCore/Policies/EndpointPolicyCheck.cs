using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Strongroom.AspNetCore;

/// <summary>
/// Fails the start, before the port opens, where a route has no policy or one that cannot work.
/// </summary>
internal sealed class EndpointPolicyCheck(MappedRoutes mapped, IServiceProvider services) : IStartCheck, IHostedLifecycleService
{
    public bool NeedsSecrets => false;

    public async ValueTask CheckAsync(CancellationToken ct)
    {
        var declaration = services.GetRequiredService<SecretDeclaration>();
        var faults = new List<string>();
        if (mapped.Routes is not { } routes)
            faults.Add("The routes are not guarded: call app.UseStrongroom() before the application starts.");
        else
        {
            foreach (var endpoint in routes.DataSources.SelectMany(source => source.Endpoints))
                faults.AddRange(
                    (await FaultsOfAsync(endpoint, declaration)).Select(fault => $"Route {Describe(endpoint)} {fault}")
                );
        }
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    /// <summary>Runs the check in a host without <c>AddStrongroom</c>, which would run it.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken).AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask<IEnumerable<string>> FaultsOfAsync(Endpoint endpoint, SecretDeclaration declaration)
    {
        var own = endpoint
            .Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements)
            .OfType<IRouteRequirement>()
            .ToList();
        var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        // ASP.NET ignores every other policy of a route that also has AllowAnonymous.
        var count = own.Count + (isOpen ? 1 : 0);
        if (count > 1 && own.Count > 0)
            return [$"has {count} policies; it needs exactly one."];
        if (own is [var only])
            return only.FindFaults(declaration);
        return isOpen || await FindFrameworkFaultAsync(endpoint) is not { } fault ? [] : [fault];
    }

    private async ValueTask<string?> FindFrameworkFaultAsync(Endpoint endpoint)
    {
        AuthorizationPolicy? policy;
        try
        {
            policy = await AuthorizationPolicy.CombineAsync(
                services.GetRequiredService<IAuthorizationPolicyProvider>(),
                endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(),
                endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            );
        }
        catch (InvalidOperationException)
        {
            return "requires an authorization policy that is not registered. Add it in AddAuthorization(...).";
        }
        if (policy is null || policy.Requirements.Any(requirement => requirement is StatedPolicyRequirement))
        {
            return StatedPolicyRequirement.IsHealthCheck(endpoint)
                ? null
                : "has no policy. State who may call it: AllowCallers(...), AllowSignedWebhook(...), AllowAnyone(), "
                    + "OnManagementListener(), or ASP.NET's RequireAuthorization(...).";
        }
        return
            policy.AuthenticationSchemes.Count == 0
            && policy.Requirements.Any(requirement => requirement is DenyAnonymousAuthorizationRequirement)
            && await services.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync()
                is null
                    or { Name: CallScheme.Name }
            ? "requires authorization, and no authentication scheme is registered. Call AddAuthentication(...) and "
                + "AddAuthorization() on the services."
            : null;
    }

    private static string Describe(Endpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName;
        return methods.Count == 0 ? $"'{pattern}'" : $"'{string.Join(",", methods)} {pattern}'";
    }
}
