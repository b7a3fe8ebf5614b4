using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Policies;

/// <summary>ASP.NET's own authorization says who may call a route, and is enforced.</summary>
public sealed class FrameworkPolicyTests
{
    [Fact]
    public async Task RequireAuthorization_counts_as_the_route_s_policy_and_is_enforced()
    {
        await using var service = await StartAsync(
            app => app.MapGet("/private", () => "ok").RequireAuthorization(),
            AddAuthorization
        );

        using var stranger = await service.GetAsync(service.Service, "/private");
        using var known = await GetAsKnownAsync(service, service.Service, "/private");
        using var management = await GetAsKnownAsync(service, service.Management, "/private");

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.NotFound],
            [stranger.StatusCode, known.StatusCode, management.StatusCode]
        );
    }

    [Fact]
    public async Task Authorize_attribute_and_AllowAnonymous_count_as_the_route_s_policy()
    {
        await using var service = await StartAsync(
            app =>
            {
                app.MapGet("/private", [Authorize] () => "ok");
                app.MapGet("/open", () => "ok").AllowAnonymous();
            },
            AddAuthorization
        );

        using var stranger = await service.GetAsync(service.Service, "/private");
        using var open = await service.GetAsync(service.Service, "/open");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [stranger.StatusCode, open.StatusCode]);
    }

    [Fact]
    public async Task Fallback_policy_counts_for_routes_that_say_nothing_and_is_enforced()
    {
        await using var service = await StartAsync(
            app => app.MapGet("/silent", () => "ok"),
            services =>
            {
                AddAuthorization(services);
                services.Configure<AuthorizationOptions>(options => options.FallbackPolicy = options.DefaultPolicy);
            }
        );

        using var stranger = await service.GetAsync(service.Service, "/silent");
        using var known = await GetAsKnownAsync(service, service.Service, "/silent");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [stranger.StatusCode, known.StatusCode]);
    }

    [Fact]
    public async Task MapHealthChecks_counts_as_the_route_s_policy_and_tells_one_word()
    {
        await using var service = await StartAsync(
            app => app.MapHealthChecks("/healthz"),
            services => services.AddHealthChecks().AddCheck<SecretHealthCheck>("secrets")
        );

        using var answer = await service.GetAsync(service.Service, "/healthz");

        Assert.Equal("Healthy", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_route_that_asks_for_authorization_that_nobody_registered_fails_and_names_it()
    {
        await using var service = TestService.Build(app =>
            app.MapGet("/private", () => "ok").WithMetadata(new AuthorizeAttribute())
        );

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("GET /private", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddAuthorization", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_route_without_any_policy_still_fails_where_authorization_is_registered()
    {
        await using var service = TestService.Build(app => app.MapGet("/forgotten", () => "ok"), services: AddAuthorization);

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("GET /forgotten", error.Message, StringComparison.Ordinal);
    }

    private static void AddAuthorization(IServiceCollection services)
    {
        services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderScheme>("header", null);
        services.AddAuthorization();
    }

    private static async Task<TestService> StartAsync(Action<WebApplication> map, Action<IServiceCollection> services)
    {
        var service = TestService.Build(map, services: services);
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    private static async Task<HttpResponseMessage> GetAsKnownAsync(TestService service, Uri server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path));
        request.Headers.Add("X-Known", "ada");
        return await service.SendAsync(request);
    }

    private sealed class HeaderScheme(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory loggers,
        UrlEncoder encoder
    ) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(
                Request.Headers["X-Known"].Count == 1
                    ? AuthenticateResult.Success(
                        new AuthenticationTicket(
                            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada")], "header")),
                            "header"
                        )
                    )
                    : AuthenticateResult.NoResult()
            );
    }
}
