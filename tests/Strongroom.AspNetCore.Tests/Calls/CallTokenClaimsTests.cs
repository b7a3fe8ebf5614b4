using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.OrderCalls;

namespace Strongroom.AspNetCore.Tests.Calls;

/// <summary>The claims of a token, as they are signed and as they are checked.</summary>
public sealed class CallTokenClaimsTests
{
    [Fact]
    public async Task SignAsync_makes_a_jwt_with_the_claims_of_one_call()
    {
        await using var service = await TestService.StartAsync(MapOrders);
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
        await using var service = await TestService.StartAsync(MapOrders);

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

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task Call_with_a_signed_token_of_wrong_claims_is_refused(string what, Func<DateTimeOffset, string> claims)
    {
        await using var service = await TestService.StartAsync(MapOrders);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", Forge(service, claims(service.Time.GetUtcNow())));

        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, what);
        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_claims_changed_after_signing_is_refused()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = await service.TokenAsync("orchestrator", HttpMethod.Post, "/orders");
        var parts = token.Split('.');
        var claims = ForgedToken.Decode(parts[1]).Replace("orchestrator", "risk_manager", StringComparison.Ordinal);
        var forged = $"{parts[0]}.{ForgedToken.Encode(claims)}.{parts[2]}";

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", forged);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    /// <summary>Every header and claim, as every kind of JSON value.</summary>
    [Fact]
    public async Task Verification_of_any_token_ends_in_an_answer_and_takes_none_without_its_signature()
    {
        await using var service = await TestService.StartAsync(MapOrders);
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

    private static string At(DateTimeOffset now, long second)
    {
        var at = now.ToUnixTimeSeconds();
        return ForgedToken
            .Claims(now)
            .Replace($"\"iat\":{at}", $"\"iat\":{second}", StringComparison.Ordinal)
            .Replace($"\"exp\":{at + 30}", $"\"exp\":{unchecked(second + 30)}", StringComparison.Ordinal);
    }
}
