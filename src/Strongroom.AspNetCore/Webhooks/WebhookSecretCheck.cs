using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Strongroom.AspNetCore;

/// <summary>Fails the start, and <c>--check</c>, where the secret of a webhook's route is not a valid key.</summary>
/// <remarks>Skips a secret that cannot be read: its declaration states whether the start waits for it.</remarks>
internal sealed class WebhookSecretCheck(MappedRoutes mapped, IServiceProvider services) : IStartCheck
{
    public async ValueTask CheckAsync(CancellationToken ct)
    {
        var verifier = services.GetRequiredService<WebhookVerifier>();
        var faults = new List<string>();
        foreach (var name in Names())
        {
            try
            {
                await verifier.GetSecretAsync(name, ct);
            }
            catch (SecretConfigurationException e) when (e.Code == SecretErrorCode.ValueInvalid)
            {
                faults.Add(e.Message);
            }
            catch (SecretException) { }
        }
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.ValueInvalid, faults);
    }

    private IEnumerable<SecretName> Names() =>
        (mapped.Routes?.DataSources ?? [])
            .SelectMany(source => source.Endpoints)
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>())
            .SelectMany(policy => policy.Requirements.OfType<WebhookRequirement>())
            .Select(requirement => requirement.Secret)
            .Distinct();
}
