using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Strongroom.AspNetCore;

/// <summary>
/// Fails the start, before the port opens, where a route has no policy or one that cannot work: what is forgotten stays closed.
/// </summary>
internal sealed class EndpointPolicyCheck(MappedRoutes mapped, IServiceProvider services) : IStartCheck, IHostedLifecycleService
{
    public bool NeedsSecrets => false;

    public ValueTask CheckAsync(CancellationToken ct)
    {
        var declaration = services.GetRequiredService<SecretDeclaration>();
        var faults = mapped.Routes is { } routes
            ? routes.DataSources.SelectMany(source => source.Endpoints).SelectMany(endpoint => FaultsOf(endpoint, declaration)).ToList()
            : ["The routes are not guarded: call app.UseStrongroom() before the application starts."];
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
        return ValueTask.CompletedTask;
    }

    /// <summary>A host without <c>AddStrongroom</c> has nobody else who runs it.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken).AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<string> FaultsOf(Endpoint endpoint, SecretDeclaration declaration)
    {
        var route = Describe(endpoint);
        var policies = endpoint.Metadata.GetOrderedMetadata<EndpointPolicy>();
        return policies.Count switch
        {
            0 => [$"Route {route} has no policy. Say who may call it: AllowCallers(...), AllowSignedWebhook(...), AllowAnyone() or OnManagementListener()."],
            1 => FaultsOf(policies[0], route, declaration),
            _ => [$"Route {route} has {policies.Count} policies; it needs exactly one."],
        };
    }

    private static IEnumerable<string> FaultsOf(EndpointPolicy policy, string route, SecretDeclaration declaration) => policy switch
    {
        CallersPolicy callers => callers.Callers
            .Select(caller => CallKeys.NameOf(caller, declaration.Service))
            .Where(key => declaration.Find(key) is null)
            .Select(key => $"Route {route} names a caller whose key '{key}' is not declared in secrets.json. Declare it in both services."),
        SignedWebhookPolicy webhook when declaration.Find(webhook.Secret) is null =>
            [$"Route {route} takes webhooks signed with '{webhook.Secret}', which is not declared in secrets.json."],
        _ => [],
    };

    private static string Describe(Endpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName;
        return methods.Count == 0 ? $"'{pattern}'" : $"'{string.Join(",", methods)} {pattern}'";
    }
}
