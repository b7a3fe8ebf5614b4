using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Testing.Tests.Broker;

public sealed class AuthenticationTests : BrokerTest
{
    private readonly FakeTimeProvider time = new();

    private protected override PaperBrokerOptions Options => new() { RequestsPerMinute = 3, TimeProvider = time };

    [Fact]
    public void IssueKeyPair_Always_HasAlpacasForm()
    {
        Assert.Matches("^PK[A-Z0-9]{18}$", Pair.KeyId);
        Assert.Matches("^[A-Za-z0-9]{40}$", Pair.Secret);
        Assert.DoesNotContain(Pair.Secret, $"{Pair}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_WithoutKeys_Is401InTradingForm()
    {
        var answer = await CallerWith(null).GetAsync("/v2/account");
        answer.IsRefusal(401, 40110000, "request is not authorized");
        Assert.NotEmpty(answer.Headers["X-Request-ID"]);
    }

    [Fact]
    public async Task Bars_WithoutKeys_Is401InDataForm() =>
        (await CallerWith(null).GetAsync("/v2/stocks/bars?symbols=SPY&timeframe=1Min")).IsRefusal(401, null, "unauthorized.");

    [Fact]
    public async Task Account_WithWrongSecret_Is401()
    {
        (await CallerWith(Pair with { Secret = Pair.Secret[..^1] }).GetAsync("/v2/account")).IsRefusal(
            401,
            40110000,
            "request is not authorized"
        );
        Assert.Equal(1, Broker.Requests.Rejected);
        Assert.Equal(1, Broker.Requests.Of("GET /v2/account", Pair.KeyId));
    }

    [Fact]
    public async Task Account_WithSecretInPlaceOfTheId_IsCountedAsUnknown()
    {
        await CallerWith(new KeyPair(Pair.Secret, Pair.Secret)).GetAsync("/v2/account");
        Assert.Equal(1, Broker.Requests.Of(keyId: RequestCounts.UnknownKey));
        Assert.DoesNotContain(Broker.Requests.All, c => c.KeyId == Pair.Secret);
    }

    [Fact]
    public async Task Forbid_APair_IsAnsweredWith403AndNoCode()
    {
        Assert.True(Broker.Forbid(Pair.KeyId));
        Assert.False(Broker.Forbid(Pair.KeyId));
        Assert.False(Broker.Forbid("PKNEVERISSUED"));
        (await Caller.GetAsync("/v2/account")).IsRefusal(403, null, "forbidden.");
        (await Caller.GetAsync("/v2/stocks/bars?symbols=SPY&timeframe=1Min")).IsRefusal(403, null, "forbidden.");
        Assert.Equal(2, Broker.Requests.Rejected);
    }

    [Fact]
    public async Task Revoke_OneOfTwoPairs_LeavesTheOtherValid()
    {
        var second = Broker.IssueKeyPair();
        Assert.Equal(HttpStatusCode.OK, (await CallerWith(second).GetAsync("/v2/account")).Status);
        Assert.True(Broker.Revoke(Pair.KeyId));
        Assert.False(Broker.Revoke(Pair.KeyId));
        Assert.False(Broker.Revoke("PKNEVERISSUED"));
        (await Caller.GetAsync("/v2/account")).IsRefusal(401, 40110000, "request is not authorized");
        Assert.Equal(HttpStatusCode.OK, (await CallerWith(second).GetAsync("/v2/account")).Status);
        Assert.Equal(2, Broker.Requests.Authenticated);
    }

    [Fact]
    public async Task AddKeyPair_ThatTheCallerBrings_IsAcceptedOnce()
    {
        var brought = new KeyPair("PK" + Guid.NewGuid().ToString("N")[..18].ToUpperInvariant(), Guid.NewGuid().ToString("N"));
        Broker.AddKeyPair(brought);
        Assert.Equal(HttpStatusCode.OK, (await CallerWith(brought).GetAsync("/v2/account")).Status);
        Broker.Revoke(brought.KeyId);
        var fault = Assert.Throws<ArgumentException>(() => Broker.AddKeyPair(brought));
        Assert.DoesNotContain(brought.Secret, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_TooOften_Is429UntilTheMinuteIsOver()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal((2 - i).ToString(), (await Caller.GetAsync("/v2/account")).Headers["X-RateLimit-Remaining"]);
        var refused = await Caller.GetAsync("/v2/account");
        refused.IsRefusal(429, 42910000, "rate limit exceeded");
        Assert.Equal("3", refused.Headers["X-RateLimit-Limit"]);
        Assert.Equal(HttpStatusCode.OK, (await CallerWith(Broker.IssueKeyPair()).GetAsync("/v2/account")).Status);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await Caller.GetAsync("/v2/account")).Status);
    }

    [Fact]
    public async Task AnyRoute_UnderForeignHost_Is421()
    {
        foreach (
            var host in new[]
            {
                "paper-api.alpaca.markets",
                "127.0.0.1",
                $"evil.example:{Broker.Url.Port}",
                $"localhost:{Broker.Url.Port + 1}",
            }
        )
            (await Caller.SendAsync(HttpMethod.Get, "/v2/account", edit: r => r.Headers.Host = host)).IsRefusal(
                421,
                null,
                "not served here"
            );
        Assert.Equal(0, Broker.Requests.Of());
        var local = await Caller.SendAsync(HttpMethod.Get, "/v2/account", edit: r =>
            r.Headers.Host = $"localhost:{Broker.Url.Port}"
        );
        Assert.Equal(HttpStatusCode.OK, local.Status);
    }

    [Fact]
    public async Task UnknownPath_WithKeys_Is404() =>
        (await Caller.GetAsync("/v2/nothing")).IsRefusal(404, 40410000, "endpoint not found");
}
