using Microsoft.Extensions.Diagnostics.HealthChecks;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Health;

public sealed class SecretHealthCheckTests
{
    [Fact]
    public async Task Check_follows_the_worst_bundle_and_ignores_an_optional_one_that_was_never_there()
    {
        using var room = new Room();
        room.Backend.Fail("notes/writable", SecretErrorCode.Missing);
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(room));
        await room.StartAsync();
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(room));

        room.Backend.Fail(Room.Alpaca, SecretErrorCode.Unreachable);
        await room.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(room));
        await room.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(room));
    }

    private static async Task<HealthStatus> StatusAsync(Room room)
    {
        var result = await new SecretHealthCheck(room.Manager).CheckHealthAsync(new HealthCheckContext());
        Assert.DoesNotContain(room.Backend.ValueOf(Room.Alpaca), string.Join(' ', result.Data.Values), StringComparison.Ordinal);
        return result.Status;
    }
}
