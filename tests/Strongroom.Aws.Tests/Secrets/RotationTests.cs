using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;

namespace Strongroom.Aws.Tests.Secrets;

public class RotationTests
{
    // PROTOCOLS 65: create, set, test, finish. A rotator that dies is followed by one that begins with the same step.
    [Fact]
    public async Task Every_step_may_be_done_twice_and_by_another_process()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var (old, next) = (AwsFixture.Fresh(), AwsFixture.Fresh());
        var current = await fixture.Backend().SetAsync("login", old);

        var pending = await fixture.Backend().SetAsync("login", next, stage: SecretStage.Pending, key: "rotation-7/create");
        Assert.Equal(
            pending.Version,
            (await fixture.Backend().SetAsync("login", next, stage: SecretStage.Pending, key: "rotation-7/create")).Version
        );
        Assert.Equal(
            (old, next),
            (await fixture.Backend().TextAsync("login"), await fixture.Backend().TextAsync("login", stage: SecretStage.Pending))
        );

        for (var i = 0; i < 2; i++)
            Assert.Equal(
                pending.Version,
                (
                    await fixture
                        .Backend()
                        .PromoteAsync(BackendCalls.LocationOf("login"), pending.Version, current.Version, CancellationToken.None)
                ).Version
            );
        Assert.Equal(
            (next, old),
            (await fixture.Backend().TextAsync("login"), await fixture.Backend().TextAsync("login", stage: SecretStage.Previous))
        );
        for (var i = 0; i < 2; i++)
            await fixture.Backend().DiscardAsync(BackendCalls.LocationOf("login"), pending.Version, CancellationToken.None);
        Assert.Equal(
            ["AWSCURRENT", "AWSPREVIOUS"],
            (await fixture.Backend().VersionsAsync("login")).SelectMany(version => version.Stages)
        );
    }
}
