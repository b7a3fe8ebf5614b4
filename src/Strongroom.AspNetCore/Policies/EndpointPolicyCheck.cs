using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Strongroom.AspNetCore;

/// <summary>
/// Fails the start, before the port opens, where a route has no policy or one that cannot work: what is forgotten stays closed.
/// </summary>
internal sealed class EndpointPolicyCheck(MappedRoutes mapped, FrameworkPolicies framework, IServiceProvider services)
    : IStartCheck,
        IHostedLifecycleService
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
                faults.AddRange(await FaultsOfAsync(endpoint, declaration));
        }
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    /// <summary>A host without <c>AddStrongroom</c> has nobody else who runs it.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken).AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask<IEnumerable<string>> FaultsOfAsync(Endpoint endpoint, SecretDeclaration declaration)
    {
        var route = Describe(endpoint);
        var policies = endpoint.Metadata.GetOrderedMetadata<EndpointPolicy>();
        if (policies.Count == 1)
            return FaultsOf(policies[0], route, declaration);
        if (policies.Count > 1)
            return [$"Route {route} has {policies.Count} policies; it needs exactly one."];
        var (isStated, fault) = await framework.LookAsync(endpoint);
        return fault is not null ? [$"Route {route} {fault}"]
            : isStated ? []
            :
            [
                $"Route {route} has no policy. Say who may call it: AllowCallers(...), AllowSignedWebhook(...), "
                    + "AllowAnyone(), OnManagementListener(), or "
                    + "ASP.NET's RequireAuthorization(...).",
            ];
    }

    private static IEnumerable<string> FaultsOf(EndpointPolicy policy, string route, SecretDeclaration declaration) =>
        policy switch
        {
            CallersPolicy callers => callers
                .Callers.Select(caller => CallKeys.NameOf(caller, declaration.Service))
                .Where(key => declaration.Find(key) is null)
                .Select(key =>
                    $"Route {route} names a caller whose key '{key}' is not declared in secrets.json. Declare it in both "
                    + "services."
                ),
            SignedWebhookPolicy webhook when declaration.Find(webhook.Secret) is null =>
            [
                $"Route {route} takes webhooks signed with '{webhook.Secret}', which is not declared in secrets.json.",
            ],
            _ => [],
        };

    private static string Describe(Endpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName;
        return methods.Count == 0 ? $"'{pattern}'" : $"'{string.Join(",", methods)} {pattern}'";
    }
}
