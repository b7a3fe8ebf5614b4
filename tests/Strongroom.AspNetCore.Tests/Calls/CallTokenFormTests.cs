using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.OrderCalls;

namespace Strongroom.AspNetCore.Tests.Calls;

/// <summary>A token's form, its size and its headers: none of them chooses the algorithm or the key.</summary>
public sealed class CallTokenFormTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS256")]
    [InlineData("")]
    public async Task Call_with_a_token_of_another_algorithm_is_refused(string algorithm)
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = Forge(service, ForgedToken.Claims(service.Time.GetUtcNow()), $$"""{"alg":"{{algorithm}}","typ":"JWT"}""");

        using var signed = await CallAsync(service, HttpMethod.Post, "/orders", token);
        using var unsigned = await CallAsync(service, HttpMethod.Post, "/orders", token[..(token.LastIndexOf('.') + 1)]);

        await AssertRefusedAsync(signed, HttpStatusCode.Unauthorized);
        await AssertRefusedAsync(unsigned, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("HS512")]
    public async Task Call_with_a_token_that_is_truly_signed_by_another_algorithm_is_refused(string algorithm)
    {
        await using var service = await TestService.StartAsync(MapOrders);
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

    [Theory]
    [InlineData("\"crit\":[\"exp\"]")]
    [InlineData("\"crit\":[\"b64\"],\"b64\":true")]
    [InlineData("\"crit\":null")]
    public async Task Call_with_a_token_that_has_critical_headers_is_refused(string header)
    {
        await using var service = await TestService.StartAsync(MapOrders);
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
        await using var service = await TestService.StartAsync(MapOrders);
        var claims = ForgedToken.Claims(service.Time.GetUtcNow());
        var other = service.Secrets.Reveal("calls/orchestrator/execution_gateway");
        header = $$"""{"alg":"HS256",{{header.Replace("{key}", ForgedToken.Encode(other), StringComparison.Ordinal)}}}""";

        using var own = await CallAsync(service, HttpMethod.Post, "/orders", Forge(service, claims, header));
        using var foreign = await CallAsync(service, HttpMethod.Post, "/orders", ForgedToken.Sign(other, claims, header));

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        await AssertRefusedAsync(foreign, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_an_oversized_token_is_refused_before_its_key_is_read()
    {
        await using var service = await TestService.StartAsync(MapOrders);
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
        await using var service = await TestService.StartAsync(MapOrders);
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
        await using var service = await TestService.StartAsync(MapOrders);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }
}
