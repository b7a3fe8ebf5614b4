using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Strongroom.AspNetCore;

/// <summary>
/// Fails the start, before the port opens, where a route has no policy or one that cannot work: what is forgotten stays closed.
/// </summary>
internal sealed class EndpointPolicyCheck(MappedRoutes mapped, SecretDeclaration declaration) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var faults = mapped.Routes is { } routes
            ? routes.DataSources.SelectMany(source => source.Endpoints).SelectMany(FaultsOf).ToList()
            : ["The routes are not guarded: call app.UseStrongroom() before the application starts."];
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<string> FaultsOf(Endpoint endpoint)
    {
        var route = Describe(endpoint);
        var policies = endpoint.Metadata.GetOrderedMetadata<EndpointPolicy>();
        return policies.Count switch
        {
            0 => [$"Route {route} has no policy. Say who may call it: AllowCallers(...), AllowSignedWebhook(...), AllowAnyone() or OnManagementListener()."],
            1 => FaultsOf(policies[0], route),
            _ => [$"Route {route} has {policies.Count} policies; it needs exactly one."],
        };
    }

    private IEnumerable<string> FaultsOf(EndpointPolicy policy, string route) => policy switch
    {
        CallersPolicy callers => callers.Callers
            .Select(caller => CallKeys.NameOf(caller, declaration.Service))
            .Where(Undeclared)
            .Select(key => $"Route {route} names a caller whose key '{key}' is not declared in secrets.json. Declare it in both services."),
        SignedWebhookPolicy webhook when Undeclared(webhook.Secret) =>
            [$"Route {route} takes webhooks signed with '{webhook.Secret}', which is not declared in secrets.json."],
        _ => [],
    };

    private bool Undeclared(SecretName name) => declaration.Find(name) is null;

    private static string Describe(Endpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName;
        return methods.Count == 0 ? $"'{pattern}'" : $"'{string.Join(",", methods)} {pattern}'";
    }
}
