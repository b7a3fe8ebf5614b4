using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.OrderCalls;

namespace Strongroom.AspNetCore.Tests.Calls;

/// <summary>A token is for one method and one target, exactly as it is sent.</summary>
public sealed class CallTokenTargetTests
{
    [Theory]
    [InlineData("GET", "/orders")]
    [InlineData("POST", "/orders?dry=1")]
    [InlineData("POST", "/Orders")]
    public async Task Call_with_a_token_for_another_method_or_target_is_refused(string method, string target)
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = await service.TokenAsync("risk_manager", new HttpMethod(method), target);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
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
        await using var service = await TestService.StartAsync(MapOrders);
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
        await using var service = await TestService.StartAsync(MapOrders);

        await Assert.ThrowsAsync<ArgumentException>(() =>
            service.TokenAsync("risk_manager", HttpMethod.Get, new string(text, CallToken.MaxTargetLength + more))
        );
    }
}
