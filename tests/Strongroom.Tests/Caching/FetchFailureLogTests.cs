using Microsoft.Extensions.Logging;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>The log says the cause of an outage once, and nothing of what is as it was set up.</summary>
public sealed class FetchFailureLogTests
{
    private const string Five = """
        { "service": "test_service", "secrets": [
          { "name": "one/key" }, { "name": "two/key" }, { "name": "three/key" }, { "name": "four/key" }, { "name": "five/key" } ] }
        """;

    private static readonly string[] s_paths = ["one/key", "two/key", "three/key", "four/key", "five/key"];

    [Fact]
    public async Task Outage_of_many_bundles_is_one_line_with_its_cause_and_one_when_it_is_over()
    {
        using var room = new Room(declaration: Five);
        await room.StartAsync();
        foreach (var path in s_paths)
            room.Backend.Fail(path, SecretErrorCode.Unreachable);
        await room.PassAsync(TimeSpan.FromMinutes(10));

        var told = Assert.Single(room.Log.Entries, entry => entry.Id.Id == 1101 && entry.Level >= LogLevel.Warning);
        Assert.Contains("Unreachable", told.Text, StringComparison.Ordinal);
        Assert.Equal(5, room.Log.Count(1101));

        foreach (var path in s_paths)
            room.Backend.Heal(path);
        await room.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, room.Log.Count(1121));

        room.Backend.Fail("one/key", SecretErrorCode.Unreachable);
        await room.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(2, room.Log.Entries.Count(entry => entry.Id.Id == 1101 && entry.Level >= LogLevel.Warning));
    }

    [Fact]
    public async Task Fault_that_no_wait_mends_is_told_for_each_bundle_once()
    {
        using var room = new Room(declaration: Five);
        await room.StartAsync();
        room.Backend.Fail("one/key", SecretErrorCode.Denied);
        room.Backend.Fail("two/key", SecretErrorCode.Denied);
        await room.PassAsync(TimeSpan.FromMinutes(9));

        var told = room.Log.Entries.Where(entry => entry.Id.Id == 1109).Select(entry => entry.Text).Distinct().ToList();
        Assert.Equal(room.Log.Count(1109), told.Count);
    }

    [Fact]
    public async Task Optional_secret_that_is_not_there_is_no_error_and_one_that_vanishes_is()
    {
        using var room = new Room(declaration: """{ "service": "test_service", "secrets": [ { "name": "one/key" }, { "name": "two/key", "required": false } ] }""");
        room.Backend.Fail("two/key", SecretErrorCode.Missing);
        await room.StartAsync();
        await room.PassAsync(TimeSpan.FromMinutes(11));
        Assert.Equal((0, 1), (room.Log.Count(1109), room.Log.Count(1120)));
        Assert.DoesNotContain(room.Log.Entries, entry => entry.Level >= LogLevel.Warning);

        room.Backend.Heal("two/key");
        await room.PassAsync(TimeSpan.FromMinutes(6));
        room.Backend.Fail("two/key", SecretErrorCode.Missing);
        await room.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(1, room.Log.Count(1109));
    }

    [Fact]
    public async Task Start_of_one_secret_says_one_secret_in_one_bundle()
    {
        using var room = new HostedRoom();
        room.WriteDeclaration("""{ "service": "test_service", "secrets": [ { "name": "database/password" } ] }""");
        var host = await room.StartAsync();
        Assert.Contains("1 secret in 1 bundle", room.Log.Entries.Single(entry => entry.Id.Id == 1000).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("1 secrets", room.Log.Entries.Single(entry => entry.Id.Id == 1000).Text, StringComparison.Ordinal);
        await host.StopAsync();
        await HostedRoom.DisposeAsync(host);

        room.WriteDotenv("");
        Assert.Contains("(1 attempt in", (await Assert.ThrowsAsync<SecretStartupException>(room.StartAsync)).Message, StringComparison.Ordinal);
    }
}
