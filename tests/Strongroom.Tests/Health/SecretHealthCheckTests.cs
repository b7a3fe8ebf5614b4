using Microsoft.Extensions.Diagnostics.HealthChecks;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Health;

public sealed class SecretHealthCheckTests
{
    [Fact]
    public async Task Check_follows_the_worst_bundle_and_ignores_an_optional_one_that_was_never_there()
    {
        using var fixture = new Fixture();
        fixture.Backend.Fail("notes/writable", SecretErrorCode.Missing);
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(fixture));
        await fixture.StartAsync();
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(fixture));

        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(fixture));
        await fixture.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(fixture));
    }

    private static async Task<HealthStatus> StatusAsync(Fixture fixture)
    {
        var result = await new SecretHealthCheck(fixture.Manager).CheckHealthAsync(new HealthCheckContext());
        Assert.DoesNotContain(
            fixture.Backend.ValueOf(Fixture.Alpaca),
            string.Join(' ', result.Data.Values),
            StringComparison.Ordinal
        );
        return result.Status;
    }
}
