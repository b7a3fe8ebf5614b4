using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
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
        var token = ForgedToken.Sign(
            service.Secrets.Reveal("calls/orchestrator/execution_gateway"),
            ForgedToken.Claims(service.Time.GetUtcNow())
        );

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
    public async Task SignAsync_makes_a_jwt_with_the_claims_of_one_call()
    {
        await using var service = await TestService.StartAsync(Map);
        var at = service.Time.GetUtcNow().ToUnixTimeSeconds();

        var parts = (await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders?dry=1&x=a+b")).Split('.');

        Assert.Equal(3, parts.Length);
        using var header = JsonDocument.Parse(ForgedToken.Decode(parts[0]));
        using var claims = JsonDocument.Parse(ForgedToken.Decode(parts[1]));
        Assert.Equal("HS256", header.RootElement.GetProperty("alg").GetString());
        Assert.Equal(
            ["aud", "exp", "htm", "iat", "iss", "jti", "target"],
            claims.RootElement.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal("/orders?dry=1&x=a+b", claims.RootElement.GetProperty("target").GetString());
        Assert.Equal(
            (at, at + 30),
            (claims.RootElement.GetProperty("iat").GetInt64(), claims.RootElement.GetProperty("exp").GetInt64())
        );
    }

    [Fact]
    public async Task Call_with_a_token_that_another_library_could_have_made_is_taken()
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await CallAsync(
            service,
            HttpMethod.Post,
            "/orders",
            Forge(service, ForgedToken.Claims(service.Time.GetUtcNow(), more: ",\"sub\":\"x\""))
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public static TheoryData<string, Func<DateTimeOffset, string>> WrongClaims =>
        new()
        {
            { "too long a life", now => ForgedToken.Claims(now, life: 3600) },
            { "a life that ends before it begins", now => ForgedToken.Claims(now, life: -1) },
            { "another audience", now => ForgedToken.Claims(now, audience: "market_data") },
            { "an audience in other case", now => ForgedToken.Claims(now, audience: "Execution_gateway") },
            { "an audience with a slash", now => ForgedToken.Claims(now, audience: "execution_gateway/") },
            { "an issuer that is unknown", now => ForgedToken.Claims(now, issuer: "stranger") },
            { "an issuer that is a path", now => ForgedToken.Claims(now, issuer: "../risk_manager") },
            { "another method", now => ForgedToken.Claims(now, method: "PUT") },
            { "a method in other case", now => ForgedToken.Claims(now, method: "post") },
            { "another target", now => ForgedToken.Claims(now, target: "/orders/1") },
            { "a query that is not sent", now => ForgedToken.Claims(now, target: "/orders?dry=1") },
            { "expired", now => ForgedToken.Claims(now - TimeSpan.FromSeconds(36)) },
            { "from the future", now => ForgedToken.Claims(now + TimeSpan.FromSeconds(6)) },
            { "not valid before the future", now => ForgedToken.Claims(now, more: $",\"nbf\":{now.ToUnixTimeSeconds() + 6}") },
            { "an issuer twice", now => ForgedToken.Claims(now, issuer: "orchestrator", more: ",\"iss\":\"risk_manager\"") },
            { "an expiry twice", now => ForgedToken.Claims(now, more: $",\"exp\":{now.ToUnixTimeSeconds() + 29}") },
            { "an id twice", now => ForgedToken.Claims(now, more: ",\"jti\":\"two\"") },
            { "a target twice", now => ForgedToken.Claims(now, target: "/", more: ",\"target\":\"/orders\"") },
            { "an unknown claim twice", now => ForgedToken.Claims(now, more: ",\"sub\":\"a\",\"sub\":\"b\"") },
            { "an empty id", now => ForgedToken.Claims(now, id: "") },
            { "a long id", now => ForgedToken.Claims(now, id: new string('x', CallToken.MaxIdLength + 1)) },
            { "no id", now => ForgedToken.Claims(now).Replace(",\"jti\":\"one\"", "", StringComparison.Ordinal) },
            {
                "no expiry",
                now => ForgedToken.Claims(now).Replace($",\"exp\":{now.ToUnixTimeSeconds() + 30}", "", StringComparison.Ordinal)
            },
            {
                "no time of issue",
                now => ForgedToken.Claims(now).Replace($"\"iat\":{now.ToUnixTimeSeconds()},", "", StringComparison.Ordinal)
            },
            { "an id that is a number", now => ForgedToken.Claims(now).Replace("\"one\"", "1", StringComparison.Ordinal) },
            { "an id that is null", now => ForgedToken.Claims(now).Replace("\"one\"", "null", StringComparison.Ordinal) },
            {
                "two audiences",
                now =>
                    ForgedToken
                        .Claims(now)
                        .Replace("\"execution_gateway\"", "[\"execution_gateway\",\"market_data\"]", StringComparison.Ordinal)
            },
            {
                "an audience in an array",
                now =>
                    ForgedToken.Claims(now).Replace("\"execution_gateway\"", "[\"execution_gateway\"]", StringComparison.Ordinal)
            },
            {
                "an expiry that is text",
                now => ForgedToken.Claims(now).Replace($"{now.ToUnixTimeSeconds() + 30}", "\"x\"", StringComparison.Ordinal)
            },
            {
                "an expiry that is a number in text",
                now =>
                {
                    var at = now.ToUnixTimeSeconds() + 30;
                    return ForgedToken.Claims(now).Replace($"{at}", $"\"{at}\"", StringComparison.Ordinal);
                }
            },
            { "times after the last date", now => At(now, 99_999_999_999_970) },
            { "times at the end of the numbers", now => At(now, long.MaxValue - 30) },
            { "times at the start of the numbers", now => At(now, long.MinValue) },
            {
                "a time of issue so early that a subtraction overflows",
                now =>
                    ForgedToken
                        .Claims(now)
                        .Replace($"\"iat\":{now.ToUnixTimeSeconds()}", $"\"iat\":{long.MinValue}", StringComparison.Ordinal)
            },
            { "claims that are no object", _ => "[]" },
        };

    private static string At(DateTimeOffset now, long second)
    {
        var at = now.ToUnixTimeSeconds();
        return ForgedToken
            .Claims(now)
            .Replace($"\"iat\":{at}", $"\"iat\":{second}", StringComparison.Ordinal)
            .Replace($"\"exp\":{at + 30}", $"\"exp\":{unchecked(second + 30)}", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task Call_with_a_signed_token_of_wrong_claims_is_refused(string what, Func<DateTimeOffset, string> claims)
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", Forge(service, claims(service.Time.GetUtcNow())));

        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, what);
        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS256")]
    [InlineData("")]
    public async Task Call_with_a_token_of_another_algorithm_is_refused(string algorithm)
    {
        await using var service = await TestService.StartAsync(Map);
        var token = Forge(service, ForgedToken.Claims(service.Time.GetUtcNow()), $$"""{"alg":"{{algorithm}}","typ":"JWT"}""");

        using var signed = await CallAsync(service, HttpMethod.Post, "/orders", token);
        using var unsigned = await CallAsync(service, HttpMethod.Post, "/orders", token[..(token.LastIndexOf('.') + 1)]);

        await AssertRefusedAsync(signed, HttpStatusCode.Unauthorized);
        await AssertRefusedAsync(unsigned, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("\"crit\":[\"exp\"]")]
    [InlineData("\"crit\":[\"b64\"],\"b64\":true")]
    [InlineData("\"crit\":null")]
    public async Task Call_with_a_token_that_has_critical_headers_is_refused(string header)
    {
        await using var service = await TestService.StartAsync(Map);
        var token = Forge(service, ForgedToken.Claims(service.Time.GetUtcNow()), $$"""{"alg":"HS256",{{header}}}""");

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("\"kid\":\"calls/orchestrator/execution_gateway\"")]
    [InlineData("\"kid\":\"../../dev/null\"")]
    [InlineData("\"jku\":\"https://127.0.0.1:1/keys\",\"x5u\":\"https://127.0.0.1:1/keys\"")]
    [InlineData("\"jwk\":{\"kty\":\"oct\",\"k\":\"{key}\"}")]
    [InlineData("\"typ\":\"at+jwt\",\"cty\":\"JWT\",\"x5t\":\"AAAA\"")]
    public async Task Call_with_a_token_whose_headers_name_another_key_is_verified_with_the_callers_key(string header)
    {
        await using var service = await TestService.StartAsync(Map);
        var claims = ForgedToken.Claims(service.Time.GetUtcNow());
        var other = service.Secrets.Reveal("calls/orchestrator/execution_gateway");
        header = $$"""{"alg":"HS256",{{header.Replace("{key}", ForgedToken.Encode(other), StringComparison.Ordinal)}}}""";

        using var own = await CallAsync(service, HttpMethod.Post, "/orders", Forge(service, claims, header));
        using var foreign = await CallAsync(service, HttpMethod.Post, "/orders", ForgedToken.Sign(other, claims, header));

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        await AssertRefusedAsync(foreign, HttpStatusCode.Unauthorized);
    }

    /// <summary>Every header and claim, as every kind of JSON value.</summary>
    [Fact]
    public async Task Verification_of_any_token_ends_in_an_answer_and_takes_none_without_its_signature()
    {
        await using var service = await TestService.StartAsync(Map);
        var verifier = service.App.Services.GetRequiredService<CallTokenVerifier>();
        string[] values =
        [
            .. (string[])["null", "true", "1", "-1", "0.5", "1e400", $"{long.MaxValue}", $"{long.MinValue}", "\"\"", "\"x\""],
            .. (string[])["[]", "[\"x\"]", "[1,[2]]", "{}", "{\"a\":{}}", "\"\\ud800\"", "\"2026-01-01\"", "NaN", "x", ""],
            new string('[', 200) + new string(']', 200),
        ];
        string[] claims = ["iss", "aud", "iat", "exp", "nbf", "htm", "target", "jti", "sub", "actort", "azp", "typ", "cnf"];
        string[] headers = ["alg", "typ", "cty", "kid", "x5t", "x5c", "jwk", "jku", "enc", "zip", "crit", "b64"];
        var id = 0;
        foreach (var value in values)
        {
            foreach (var claim in claims)
            {
                var usual = ForgedToken.Claims(service.Time.GetUtcNow(), id: $"{id++}");
                foreach (var text in (string[])[With(usual, claim, value), $"{{\"{claim}\":{value},{usual[1..]}"])
                    await VerifyAsync(text, ForgedToken.Header);
            }
            foreach (var header in headers)
                await VerifyAsync(
                    ForgedToken.Claims(service.Time.GetUtcNow(), id: $"{id++}"),
                    With("""{"alg":"HS256","typ":"JWT"}""", header, value)
                );
        }

        async Task VerifyAsync(string claims, string header)
        {
            var ct = TestContext.Current.CancellationToken;
            var token = Forge(service, claims, header);
            var forged = ForgedToken.Sign(new string('k', 40), claims, header);
            Assert.Null((await verifier.VerifyAsync(forged, "POST", "/orders", ct)).Caller);
            Assert.Contains((await verifier.VerifyAsync(token, "POST", "/orders", ct)).Caller, (string?[])[null, "risk_manager"]);
        }

        static string With(string json, string name, string value)
        {
            var node = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
            node[name] = "@";
            return node.ToJsonString().Replace("\"@\"", value, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/orders/a%2Fb?x=1&y=2", "/orders/a%2Fb?x=1&y=2", true)]
    [InlineData("/orders/a%2Fb?x=1&y=2", "/orders/a%2Fb?y=2&x=1", false)]
    [InlineData("/orders/a%2Fb", "/orders/a/b", false)]
    [InlineData("/orders/a%2Fb", "/orders/a%2fb", false)]
    [InlineData("/orders/a%20b", "/orders/a+b", false)]
    [InlineData("/orders/ab?", "/orders/ab", false)]
    [InlineData("/gateway/orders/ab", "/gateway/orders/ab", true)]
    [InlineData("/gateway/orders/ab", "/orders/ab", false)]
    public async Task Call_is_taken_only_for_the_target_exactly_as_it_is_sent(string sent, string signed, bool isTaken)
    {
        await using var service = TestService.Build(
            app =>
            {
                app.UsePathBase("/gateway");
                app.UseStrongroom();
                app.MapGet("/orders/{id}", () => "ok").AllowCallers("risk_manager");
            },
            guard: false
        );
        await service.App.StartAsync(TestContext.Current.CancellationToken);

        using var answer = await CallAsync(
            service,
            HttpMethod.Get,
            sent,
            await service.TokenAsync("risk_manager", HttpMethod.Get, signed)
        );

        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("&")]
    [InlineData("+")]
    [InlineData("'")]
    [InlineData("%C3%A4")]
    public async Task Call_with_the_longest_target_is_taken_whatever_its_characters(string text)
    {
        await using var service = await TestService.StartAsync(Map);
        var count = (CallToken.MaxTargetLength - "/orders?".Length) / text.Length;
        var target = "/orders?" + string.Concat(Enumerable.Repeat(text, count));

        using var answer = await CallAsync(
            service,
            HttpMethod.Get,
            target,
            await service.TokenAsync("risk_manager", HttpMethod.Get, target)
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData('a', 1)]
    [InlineData('"', 0)]
    public async Task SignAsync_of_a_target_that_no_service_would_take_is_refused(char text, int more)
    {
        await using var service = await TestService.StartAsync(Map);

        await Assert.ThrowsAsync<ArgumentException>(() =>
            service.TokenAsync("risk_manager", HttpMethod.Get, new string(text, CallToken.MaxTargetLength + more))
        );
    }

    [Fact]
    public async Task Call_whose_handler_failed_has_used_its_token_up()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/orders", string () => throw new InvalidOperationException("The handler failed."))
                .AllowCallers("risk_manager")
        );
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");

        using var first = await CallAsync(service, HttpMethod.Post, "/orders", token);
        using var second = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal([HttpStatusCode.InternalServerError, HttpStatusCode.Unauthorized], [first.StatusCode, second.StatusCode]);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("HS512")]
    public async Task Call_with_a_token_that_is_truly_signed_by_another_algorithm_is_refused(string algorithm)
    {
        await using var service = await TestService.StartAsync(Map);
        using var rsa = RSA.Create(2048);
        var key = SHA512.HashData(Encoding.UTF8.GetBytes(service.Secrets.Reveal("calls/risk_manager/execution_gateway")));
        service.Secrets.Put(CallKeys.NameOf("risk_manager", "execution_gateway"), SecretValue.FromBytes(key));
        SecurityKey signing = algorithm == "RS256" ? new RsaSecurityKey(rsa) : new SymmetricSecurityKey(key);
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            ForgedToken.Claims(service.Time.GetUtcNow()),
            new SigningCredentials(signing, algorithm)
        );

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_an_oversized_token_is_refused_before_its_key_is_read()
    {
        await using var service = await TestService.StartAsync(Map);
        var token = Forge(
            service,
            ForgedToken.Claims(service.Time.GetUtcNow(), more: $",\"sub\":\"{new string('x', CallToken.MaxLength)}\"")
        );
        service.Secrets.Failure = new SecretUnavailableException(SecretErrorCode.Expired, "The hour is over.");

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_two_tokens_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, service.Service.Port, TestContext.Current.CancellationToken);
        var header = $"Authorization: Bearer {await service.TokenAsync("risk_manager", HttpMethod.Get, "/orders")}\r\n";
        await socket.Client.SendAsync(
            Encoding.ASCII.GetBytes($"GET /orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}{header}\r\n")
        );

        using var reader = new StreamReader(socket.GetStream());
        Assert.StartsWith(
            "HTTP/1.1 401",
            await reader.ReadLineAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Call_on_a_route_for_anyone_reads_no_key_and_uses_up_no_token()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            Map(app);
            app.MapPost("/open", (HttpContext context) => context.GetCaller() ?? "stranger").AllowAnyone();
        });
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Secrets.Failure = new SecretUnavailableException(SecretErrorCode.Expired, "The hour is over.");
        using var open = await CallAsync(service, HttpMethod.Post, "/open", token);
        service.Secrets.Failure = null;
        using var orders = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal("stranger", await open.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, orders.StatusCode);
    }

    [Fact]
    public async Task Call_that_is_refused_leaves_neither_token_nor_path_in_a_log()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/orders/{id}", () => "ok").AllowCallers("risk_manager")
        );
        var token = Forge(
            service,
            ForgedToken.Claims(service.Time.GetUtcNow(), audience: "market_data", target: "/orders/secretive")
        );

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders/secretive", token);

        Assert.Contains(
            "POST /orders/{id} was refused: the token is for another service",
            service.Logs.All,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(token[^43..], service.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_with_claims_changed_after_signing_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var token = await service.TokenAsync("orchestrator", HttpMethod.Post, "/orders");
        var parts = token.Split('.');
        var claims = ForgedToken.Decode(parts[1]).Replace("orchestrator", "risk_manager", StringComparison.Ordinal);
        var forged = $"{parts[0]}.{ForgedToken.Encode(claims)}.{parts[2]}";

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
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("....")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.W10.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.bnVsbA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiemlwIjoiREVGIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA")]
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

    /// <summary>Signed with the key that a call of risk_manager is to be signed with.</summary>
    private static string Forge(TestService service, string claims, string header = ForgedToken.Header) =>
        ForgedToken.Sign(service.Secrets.Reveal("calls/risk_manager/execution_gateway"), claims, header);

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
