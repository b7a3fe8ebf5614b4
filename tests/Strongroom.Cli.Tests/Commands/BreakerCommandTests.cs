using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Breaker;
using Strongroom.Cli.Tests.Support;
using Strongroom.Storage;
using Strongroom.Storage.Breaker;
using Strongroom.Storage.Schema;

namespace Strongroom.Cli.Tests.Commands;

public class BreakerCommandTests
{
    private static readonly TripScope s_scope = new("local", "");

    [Fact]
    public async Task Stored_trip_is_listed_and_cleared_with_operator_and_reason()
    {
        await using var room = await ScriptRoom.OpenAsync("env");
        var trip = Trip();
        await using (var database = Open(room))
            await new TripStore(database, new StrongroomSchema(database)).RecordAsync(trip, default);

        using var listed = JsonDocument.Parse((await RunAsync(room, "breaker", "-o", "json")).Output);
        Assert.True(listed.RootElement.GetProperty("halted").GetBoolean());
        var only = Assert.Single(listed.RootElement.GetProperty("trips").EnumerateArray().ToList());
        Assert.Equal((trip.Id, "expired", true), (only.GetProperty("id").GetGuid(), only.GetProperty("cause").GetString(), only.GetProperty("stored").GetBoolean()));

        var cleared = await RunAsync(room, "breaker", "clear", trip.Id.ToString(), "--reason", "key pair replaced");
        Assert.Equal((0, $"trip {trip.Id} is cleared by script (STRONGROOM_OPERATOR)\n", ""), (cleared.ExitCode, cleared.Output, cleared.Error));
        Assert.Equal(3, (await RunAsync(room, "breaker", "clear", trip.Id.ToString(), "--reason", "again")).ExitCode);
        Assert.Contains("\tclear\talpaca\tsuccess\t", (await RunAsync(room, "audit", "--name", "alpaca")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trip_in_a_services_own_file_is_listed_and_cleared_too()
    {
        await using var room = await ScriptRoom.OpenAsync("env");
        var trip = Trip();
        var journal = Directory.CreateDirectory(Path.Combine(room.Folder, "state", "strongroom", "journal"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await new LocalTripFile(Path.Combine(journal.FullName, "execution_gateway.trips.json")).RecordAsync(trip, default);

        using var listed = JsonDocument.Parse((await RunAsync(room, "breaker", "-o", "json")).Output);
        Assert.False(Assert.Single(listed.RootElement.GetProperty("trips").EnumerateArray().ToList()).GetProperty("stored").GetBoolean());
        Assert.Equal(0, (await RunAsync(room, "breaker", "clear", trip.Id.ToString(), "--reason", "key pair replaced")).ExitCode);

        await using var database = Open(room);
        Assert.Empty(await new TripStore(database, new StrongroomSchema(database)).ListUnclearedAsync(s_scope, default));
    }

    private static TripRecord Trip() => new(
        Guid.CreateVersion7(), s_scope, "execution_gateway", "execution_gateway-1", "alpaca", "3", TripCause.Expired, "The credential 'alpaca' is gone.", DateTimeOffset.UnixEpoch.AddDays(20_000));

    private static Task<CommandResult> RunAsync(ScriptRoom room, params string[] arguments) => InProcess.RunAsync(arguments, room.Variables, room.Folder, []);

    private static Database Open(ScriptRoom room) => Database.Create(new DatabaseContext
    {
        Options = new DatabaseOptions { Path = Path.Combine(room.Folder, "state", "strongroom", "strongroom.db") },
        Environment = DeploymentEnvironment.Local,
        Time = TimeProvider.System,
        Loggers = NullLoggerFactory.Instance,
    });
}
