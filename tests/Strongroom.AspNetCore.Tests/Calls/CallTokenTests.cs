using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Calls;

public class CallTokenTests
{
    private static void Map(WebApplication app)
    {
        app.MapPost("/orders", (HttpContext context) => context.GetCaller()).AllowCallers("risk_manager");
        app.MapGet("/orders", (HttpContext context) => context.GetCaller()).AllowCallers("risk_manager", "orchestrator");
    }

    [Fact]
    public async Task Call_with_a_fresh_token_reaches_the_route_as_that_caller()
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await CallAsync(
            service,
            HttpMethod.Post,
            "/orders",
            await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders")
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("risk_manager", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Call_without_token_is_refused_without_detail()
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", null);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(36)]
    [InlineData(3600)]
    public async Task Call_with_an_old_token_is_refused(int seconds)
    {
        await using var service = await TestService.StartAsync(Map);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Time.Advance(TimeSpan.FromSeconds(seconds));

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_a_token_at_the_end_of_its_life_is_taken()
    {
        await using var service = await TestService.StartAsync(Map);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Time.Advance(TimeSpan.FromSeconds(35));

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Call_with_a_foreign_key_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var stranger = new FixedSecretManager(service.Declared);
        var token = await new CallTokenSigner(stranger, "risk_manager", service.Time).SignAsync(
            "execution_gateway",
            HttpMethod.Post,
            "/orders",
            TestContext.Current.CancellationToken
        );

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_of_a_declared_service_that_the_route_does_not_name_is_forbidden()
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await CallAsync(
            service,
            HttpMethod.Post,
            "/orders",
            await service.TokenAsync("orchestrator", HttpMethod.Post, "/orders")
        );

        await AssertRefusedAsync(answer, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Call_in_the_name_of_another_caller_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var now = service.Time.GetUtcNow().ToUnixTimeSeconds();
        var key = await service.Secrets.GetAsync(
            CallKeys.NameOf("orchestrator", "execution_gateway"),
            TestContext.Current.CancellationToken
        );
        var token = new CallToken("risk_manager", "execution_gateway", now, now + 30, "POST", "/orders", "one").Sign(key.Value);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("GET", "/orders")]
    [InlineData("POST", "/orders?dry=1")]
    [InlineData("POST", "/Orders")]
    public async Task Call_with_a_token_for_another_method_or_target_is_refused(string method, string target)
    {
        await using var service = await TestService.StartAsync(Map);
        var token = await service.TokenAsync("risk_manager", new HttpMethod(method), target);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_a_token_of_too_long_a_life_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var now = service.Time.GetUtcNow().ToUnixTimeSeconds();
        var key = await service.Secrets.GetAsync(
            CallKeys.NameOf("risk_manager", "execution_gateway"),
            TestContext.Current.CancellationToken
        );
        var token = new CallToken("risk_manager", "execution_gateway", now, now + 3600, "POST", "/orders", "one").Sign(key.Value);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_claims_changed_after_signing_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var token = await service.TokenAsync("orchestrator", HttpMethod.Post, "/orders");
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        var claims = System
            .Text.Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(0, dot)))
            .Replace("orchestrator", "risk_manager", StringComparison.Ordinal);
        var forged = Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(claims)) + token[dot..];

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", forged);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_a_used_token_is_refused_where_it_changes_something()
    {
        await using var service = await TestService.StartAsync(Map);
        var post = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        var get = await service.TokenAsync("risk_manager", HttpMethod.Get, "/orders");

        using var first = await CallAsync(service, HttpMethod.Post, "/orders", post);
        using var second = await CallAsync(service, HttpMethod.Post, "/orders", post);
        using var firstRead = await CallAsync(service, HttpMethod.Get, "/orders", get);
        using var secondRead = await CallAsync(service, HttpMethod.Get, "/orders", get);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK],
            [first.StatusCode, second.StatusCode, firstRead.StatusCode, secondRead.StatusCode]
        );
    }

    [Fact]
    public async Task Call_with_a_token_from_before_the_start_is_refused_where_it_changes_something()
    {
        await using var service = TestService.Build(Map);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Time.Advance(TimeSpan.FromSeconds(2));
        await service.App.StartAsync(TestContext.Current.CancellationToken);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.b")]
    [InlineData("W10.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bnVsbA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%%%.%%%")]
    public async Task Call_with_a_malformed_token_is_refused(string token)
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_while_the_key_cannot_be_had_is_answered_503()
    {
        await using var service = await TestService.StartAsync(Map);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Secrets.Failure = new SecretUnavailableException(SecretErrorCode.Expired, "The hour is over.");

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task SignedCallHandler_signs_each_call_and_takes_the_token_out_again()
    {
        await using var service = await TestService.StartAsync(Map);
        using var http = new HttpClient(
            new SignedCallHandler(new CallTokenSigner(service.Secrets, "risk_manager", service.Time), "execution_gateway")
            {
                InnerHandler = BoundSockets.CreateForCalls(),
            }
        );
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(service.Service, "/orders?status=working%20now&x=%C3%A4")
        );

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public void CallTokenMemory_full_refuses_instead_of_forgetting()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var memory = new UsedCallTokens(time);
        var now = time.GetUtcNow().ToUnixTimeSeconds();

        var taken = Enumerable
            .Range(0, UsedCallTokens.Capacity + 1)
            .Count(i => memory.TryUse(new CallToken("risk_manager", "execution_gateway", now, now + 30, "POST", "/", $"{i}")));

        Assert.Equal(UsedCallTokens.Capacity, taken);
    }

    private static Task<HttpResponseMessage> CallAsync(TestService service, HttpMethod method, string path, string? token)
    {
        var request = new HttpRequestMessage(method, new Uri(service.Service, path));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return service.SendAsync(request);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var title = status == HttpStatusCode.Unauthorized ? "Unauthorized" : "Forbidden";
        Assert.Equal($$"""{"title":"{{title}}","status":{{(int)status}}}""", body);
    }
}
