using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Calls;

/// <summary>A call key is long enough, and no copy of it outlives a call.</summary>
public sealed class CallKeyTests
{
    private static readonly SecretName s_key = CallKeys.NameOf("risk_manager", "execution_gateway");

    [Fact]
    public async Task Check_of_short_keys_names_each_and_what_to_do_and_no_value()
    {
        await using var service = TestService.Build(_ => { });
        var other = CallKeys.NameOf("orchestrator", "execution_gateway");
        var (one, two) = (RandomNumberGenerator.GetHexString(31), RandomNumberGenerator.GetHexString(8));
        service.Secrets.Put(s_key, SecretValue.FromText(one));
        service.Secrets.Put(other, SecretValue.FromText(two));

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() => CheckAsync(service));

        Assert.Equal((SecretErrorCode.ValueInvalid, 2), (error.Code, error.Faults.Count));
        Assert.Contains(error.Faults, fault => fault.Contains($"'{s_key}' has fewer than 32 bytes", StringComparison.Ordinal));
        Assert.Contains(error.Faults, fault => fault.Contains($"'{other}' has fewer than 32 bytes", StringComparison.Ordinal));
        Assert.All([one, two], value => Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_of_keys_with_just_enough_bytes_passes()
    {
        await using var service = TestService.Build(_ => { });
        service.Secrets.Put(s_key, SecretValue.FromText(RandomNumberGenerator.GetHexString(32)));

        await CheckAsync(service);
    }

    [Fact]
    public async Task Check_of_an_optional_key_that_cannot_be_had_leaves_it_to_the_calls()
    {
        await using var service = TestService.Build(
            _ => { },
            """
            { "service": "execution_gateway",
              "secrets": [ { "name": "calls/risk_manager/execution_gateway", "required": false } ] }
            """
        );
        service.Secrets.Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away");

        await CheckAsync(service);
    }

    [Fact]
    public async Task Call_with_a_key_that_became_short_neither_is_signed_nor_taken()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/orders", () => "ok").AllowCallers("risk_manager")
        );
        var key = RandomNumberGenerator.GetHexString(31);
        service.Secrets.Put(s_key, SecretValue.FromText(key));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Service, "/orders"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            ForgedToken.Sign(key, ForgedToken.Claims(service.Time.GetUtcNow(), method: "GET"))
        );

        using var answer = await service.SendAsync(request);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.TokenAsync("risk_manager", HttpMethod.Get, "/orders")
        );
    }

    [Fact]
    public async Task Keys_of_calls_are_in_no_cache_of_signature_providers()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/orders", () => "ok").AllowCallers("risk_manager")
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Service, "/orders"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            await service.TokenAsync("risk_manager", HttpMethod.Get, "/orders")
        );
        using var answer = await service.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var key = CallKeys.ToSecurityKey(await service.Secrets.GetAsync(s_key, TestContext.Current.CancellationToken));
        Assert.False(key.CryptoProviderFactory.CacheSignatureProviders);
        foreach (var factory in new[] { key.CryptoProviderFactory, CryptoProviderFactory.Default })
        {
            foreach (var signs in new[] { true, false })
            {
                Assert.False(
                    factory.CryptoProviderCache.TryGetSignatureProvider(
                        key,
                        SecurityAlgorithms.HmacSha256,
                        typeof(SymmetricSignatureProvider).FullName,
                        signs,
                        out _
                    )
                );
            }
        }
    }

    private static async Task CheckAsync(TestService service)
    {
        var check = service.App.Services.GetServices<IStartCheck>().Single(check => check is CallKeyCheck);
        Assert.True(check.NeedsSecrets);
        await check.CheckAsync(TestContext.Current.CancellationToken);
    }
}
