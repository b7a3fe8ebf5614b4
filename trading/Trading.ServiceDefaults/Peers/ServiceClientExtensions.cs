using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

/// <summary>Registers clients of the platform's other services.</summary>
public static class ServiceClientExtensions
{
    /// <summary>
    /// Adds a typed client whose requests carry a call token signed with <c>calls/&lt;this service&gt;/&lt;callee&gt;</c>. Its
    /// address comes from the callee's setting, such as <c>MARKET_DATA_URL</c>. Default: loopback, at the callee's usual port.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="callee">The other service's id, such as <c>market_data</c>.</param>
    public static IHttpClientBuilder AddServiceClient<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient
    >(this WebApplicationBuilder builder, string callee)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var peer = ServiceDirectory.Find(callee);
        builder.StartChecks().Add(services => FindFaults(services, peer));
        return builder
            .Services.AddHttpClient<TClient>(
                (services, http) =>
                {
                    http.BaseAddress = AddressOf(services, peer);
                    http.Timeout = TimeSpan.FromSeconds(15);
                }
            )
            .ConfigurePrimaryHttpMessageHandler(BoundSockets.CreateForCalls)
            .AddHttpMessageHandler(services => new SignedCallHandler(services.GetRequiredService<CallTokenSigner>(), peer.Id))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // They would run inside of the signing and see the token.
            .RemoveAllLoggers();
    }

    private static Uri? AddressOf(IServiceProvider services, ServiceDirectory peer)
    {
        var text = services.GetRequiredService<IConfiguration>()[peer.UrlSetting];
        return Uri.TryCreate(string.IsNullOrEmpty(text) ? peer.DefaultUrl : text, UriKind.Absolute, out var uri) ? uri : null;
    }

    private static IEnumerable<string> FindFaults(IServiceProvider services, ServiceDirectory peer)
    {
        var address = AddressOf(services, peer);
        if (address is not { Scheme: "http" or "https", UserInfo: "", AbsolutePath: "/", Query: "" })
            yield return $"{peer.UrlSetting} is not an origin such as {peer.DefaultUrl}, without user, path and query.";
        else if (
            address is { Scheme: "http", IsLoopback: false }
            && services.GetRequiredService<StrongroomWebOptions>().DecidedEnvironment
                is not (DeploymentEnvironment.Local or DeploymentEnvironment.Test)
        )
            yield return $"{peer.UrlSetting} is plain http to another machine, where calls could be read and changed. Use https.";
        var declaration = services.GetRequiredService<SecretDeclaration>();
        var key = CallKeys.NameOf(declaration.Service, peer.Id);
        if (declaration.Find(key) is null)
            yield return $"Calls to {peer.Id} are signed with '{key}', which is not declared in secrets.json. Declare it in "
                + "both services.";
    }
}
