using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Several bundles at once: none waits for another.</summary>
public sealed class SetOfBundlesTests
{
    [Fact]
    public async Task Bundle_that_hangs_keeps_no_other_one_of_the_set_from_being_fetched()
    {
        using var fixture = new Fixture();
        fixture.Backend.Hang("database/password");
        var reading = fixture.Manager.GetAsync([Fixture.Password, Fixture.KeyId]).AsTask();
        Assert.Equal((1, 1), (fixture.Backend.CallsFor("database/password"), fixture.Backend.CallsFor(Fixture.Alpaca)));
        Assert.NotNull(fixture.State().Version);

        fixture.Backend.Unhang("database/password");
        var set = await reading.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal([Fixture.Password, Fixture.KeyId], set.Select(secret => secret.Name));
    }

    [Fact]
    public async Task Set_of_which_several_fail_says_the_first_and_leaves_nothing_under_way()
    {
        using var fixture = new Fixture();
        fixture.Backend.Fail("database/password", SecretErrorCode.Denied);
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Deleted);
        var error = await Assert.ThrowsAsync<SecretAccessDeniedException>(async () =>
            await fixture.Manager.GetAsync([Fixture.Password, Fixture.KeyId])
        );
        Assert.Equal((SecretErrorCode.Denied, 2), (error.Code, fixture.Backend.Calls));
    }
}
