using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Several bundles at once: none waits for another.</summary>
public sealed class SetOfBundlesTests
{
    [Fact]
    public async Task Bundle_that_hangs_keeps_no_other_one_of_the_set_from_being_fetched()
    {
        using var room = new Room();
        room.Backend.Hang("database/password");
        var reading = room.Manager.GetAsync([Room.Password, Room.KeyId]).AsTask();
        Assert.Equal((1, 1), (room.Backend.CallsFor("database/password"), room.Backend.CallsFor(Room.Alpaca)));
        Assert.NotNull(room.State().Generation);

        room.Backend.Unhang("database/password");
        var set = await reading.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal([Room.Password, Room.KeyId], set.Select(secret => secret.Name));
    }

    [Fact]
    public async Task Set_of_which_several_fail_says_the_first_and_leaves_nothing_under_way()
    {
        using var room = new Room();
        room.Backend.Fail("database/password", SecretErrorCode.Denied);
        room.Backend.Fail(Room.Alpaca, SecretErrorCode.Deleted);
        var error = await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await room.Manager.GetAsync([Room.Password, Room.KeyId]));
        Assert.Equal((SecretErrorCode.Denied, 2), (error.Code, room.Backend.Calls));
    }
}
