using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
    public async Task Start_route_that_requires_an_unregistered_policy_fails_and_names_it()
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

    [Fact]
    public async Task Start_route_that_asks_for_a_policy_that_is_not_registered_fails_and_names_the_route()
    {
        await using var service = TestService.Build(
            app => app.MapGet("/private", () => "ok").RequireAuthorization("adults"),
            services: AddAuthorization
        );

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("GET /private", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_route_for_callers_that_is_open_to_anyone_as_well_fails()
    {
        await using var service = TestService.Build(app =>
            app.MapGroup("/x").AllowAnonymous().MapGet("/y", () => "ok").AllowCallers("risk_manager")
        );

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("2 policies", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_scheme_of_the_application_stays_its_default_scheme()
    {
        await using var service = await StartAsync(
            app => app.MapGet("/private", () => "ok").RequireAuthorization(),
            services =>
            {
                services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, HeaderScheme>("header", null);
                services.AddAuthorization();
            }
        );

        using var stranger = await service.GetAsync(service.Service, "/private");
        using var known = await GetAsKnownAsync(service, service.Service, "/private");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [stranger.StatusCode, known.StatusCode]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Default_scheme_of_the_application_and_calls_work_beside_each_other(bool callsMiddlewareItself)
    {
        await using var service = await StartAsync(
            app =>
            {
                if (callsMiddlewareItself)
                {
                    app.UseAuthentication();
                    app.UseAuthorization();
                }
                app.MapPost("/orders", (HttpContext context) => $"{context.GetCaller()} {context.User.Identity?.Name}")
                    .AllowCallers("risk_manager");
                app.MapGet("/private", (HttpContext context) => $"{context.GetCaller()} {context.User.Identity?.Name}")
                    .RequireAuthorization();
            },
            AddAuthorization
        );

        using var known = await GetAsKnownAsync(service, service.Service, "/private");
        using var stranger = await SendAsync(service, "/orders", request => request.Headers.Add("X-Known", "risk_manager"));
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        using var caller = await SendAsync(service, "/orders", request =>
        {
            request.Headers.Add("X-Known", "ada");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        });

        Assert.Equal(" ada", await ReadAsync(known));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("risk_manager risk_manager", await ReadAsync(caller));
    }

    [Fact]
    public async Task Call_to_a_route_of_another_scheme_is_refused()
    {
        await using var service = await StartAsync(
            app => app.MapPost("/private", () => "ok").RequireAuthorization(),
            AddAuthorization
        );
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/private");

        using var answer = await SendAsync(service, "/private", request =>
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token)
        );

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Route_for_callers_that_asks_for_more_lets_in_who_has_both()
    {
        await using var service = await StartAsync(
            app => app.MapPost("/orders", () => "ok").AllowCallers("risk_manager").RequireAuthorization("known"),
            services =>
            {
                AddAuthorization(services);
                services
                    .AddAuthorizationBuilder()
                    .AddPolicy("known", policy => policy.AddAuthenticationSchemes("header").RequireClaim(ClaimTypes.Name, "ada"));
            }
        );
        var first = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        var second = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");

        using var one = await SendAsync(service, "/orders", request =>
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", first)
        );
        using var both = await SendAsync(service, "/orders", request =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", second);
            request.Headers.Add("X-Known", "ada");
        });

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.OK], [one.StatusCode, both.StatusCode]);
    }

    [Fact]
    public async Task Route_for_anyone_still_knows_who_the_default_scheme_authenticated()
    {
        await using var service = await StartAsync(
            app => app.MapGet("/open", (HttpContext context) => context.User.Identity?.Name).AllowAnyone(),
            AddAuthorization
        );

        using var known = await GetAsKnownAsync(service, service.Service, "/open");

        Assert.Equal("ada", await ReadAsync(known));
    }

    [Fact]
    public async Task Request_to_what_is_no_route_is_not_found_whatever_the_default_scheme_is()
    {
        await using var service = await StartAsync(_ => { }, AddAuthorization);

        using var stranger = await service.GetAsync(service.Service, "/nowhere");
        using var known = await GetAsKnownAsync(service, service.Service, "/nowhere");

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound], [stranger.StatusCode, known.StatusCode]);
    }

    [Fact]
    public async Task AddStrongroomWeb_writes_no_data_protection_keys()
    {
        await using var service = TestService.Build(_ => { });

        Assert.Null(service.App.Services.GetService<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>());
    }

    private static async Task<HttpResponseMessage> SendAsync(TestService service, string path, Action<HttpRequestMessage> prepare)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, path));
        prepare(request);
        return await service.SendAsync(request);
    }

    private static Task<string> ReadAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

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
