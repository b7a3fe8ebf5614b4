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
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var trip = Trip();
        await using (var database = Open(fixture))
            await new TripStore(database, new StrongroomSchema(database)).RecordAsync(trip, default);

        using var listed = JsonDocument.Parse((await RunAsync(fixture, "breaker", "-o", "json")).Output);
        Assert.True(listed.RootElement.GetProperty("halted").GetBoolean());
        var only = Assert.Single(listed.RootElement.GetProperty("trips").EnumerateArray().ToList());
        Assert.Equal(
            (trip.Id, "expired", true),
            (only.GetProperty("id").GetGuid(), only.GetProperty("cause").GetString(), only.GetProperty("stored").GetBoolean())
        );

        var cleared = await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "key pair replaced");
        Assert.Equal(
            (0, $"trip {trip.Id} cleared by script (STRONGROOM_OPERATOR)\n", ""),
            (cleared.ExitCode, cleared.Output, cleared.Error)
        );
        Assert.Equal(3, (await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "again")).ExitCode);
        Assert.Contains(
            "\tclear\talpaca\tsuccess\t",
            (await RunAsync(fixture, "audit", "--name", "alpaca")).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Trip_in_a_services_own_file_is_listed_and_cleared_too()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var trip = Trip();
        var journal = Directory.CreateDirectory(
            Path.Combine(fixture.Folder, "state", "strongroom", "journal"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        await LocalTripStores.Of(journal.FullName, "execution_gateway").RecordAsync(trip, default);

        using var listed = JsonDocument.Parse((await RunAsync(fixture, "breaker", "-o", "json")).Output);
        Assert.False(
            Assert.Single(listed.RootElement.GetProperty("trips").EnumerateArray().ToList()).GetProperty("stored").GetBoolean()
        );
        Assert.Equal(
            0,
            (await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "key pair replaced")).ExitCode
        );

        await using var database = Open(fixture);
        Assert.Empty(await new TripStore(database, new StrongroomSchema(database)).ListUnclearedAsync(s_scope, default));
    }

    [Fact]
    public async Task Cleared_trip_that_a_file_still_holds_is_hidden_and_its_clearance_can_be_brought_there()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var trip = Trip();
        var file = FileIn(fixture);
        await file.RecordAsync(trip, default);
        await using (var database = Open(fixture))
        {
            var store = new TripStore(database, new StrongroomSchema(database));
            await store.RecordAsync(trip, default);
            await store.ClearAsync(new TripClearance(trip.Id, "alice", "key pair replaced", DateTimeOffset.UnixEpoch), default);
        }

        Assert.Equal((0, "", "no uncleared trips in local\n"), Parts(await RunAsync(fixture, "breaker")));
        Assert.Equal(
            (0, $"trip {trip.Id} cleared by alice\n", ""),
            Parts(await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "again"))
        );
        Assert.Equal("key pair replaced", Assert.Single(await file.ReadClearancesAsync([trip.Id], default)).Reason);
        Assert.Equal(3, (await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "again")).ExitCode);
    }

    [Fact]
    public async Task Clear_writes_the_clearance_into_each_file_that_holds_the_trip_too()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var trip = Trip();
        var (one, two, other) = (FileIn(fixture), FileIn(fixture, "risk_manager"), FileIn(fixture, "orchestrator"));
        await one.RecordAsync(trip, default);
        await two.RecordAsync(trip, default);
        await other.RecordAsync(Trip(), default);

        Assert.Equal(
            0,
            (await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "key pair replaced")).ExitCode
        );

        foreach (var file in new[] { one, two })
            Assert.Equal("key pair replaced", Assert.Single(await file.ReadClearancesAsync([trip.Id], default)).Reason);
        Assert.Single(await other.ListUnclearedAsync(s_scope, default));
    }

    [Fact]
    public async Task Without_the_database_what_the_files_hold_is_listed_and_cleared_and_the_answer_is_no_full_one()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var trip = Trip();
        var file = FileIn(fixture);
        await file.RecordAsync(trip, default);
        Directory.CreateDirectory(Path.Combine(fixture.Folder, "state", "strongroom", "strongroom.db"));

        var listed = await RunAsync(fixture, "breaker");
        Assert.NotEqual(0, listed.ExitCode);
        Assert.Contains(trip.Id.ToString(), listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("no uncleared trips", listed.Error, StringComparison.Ordinal);
        var unknown = await RunAsync(fixture, "breaker", "clear", Guid.NewGuid().ToString(), "--reason", "why");
        Assert.Equal(listed.ExitCode, unknown.ExitCode); // not 3: it is not known whether it exists

        var cleared = await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "key pair replaced");
        Assert.Equal((0, $"trip {trip.Id} cleared by script (STRONGROOM_OPERATOR)\n"), (cleared.ExitCode, cleared.Output));
        Assert.Contains(
            "Only services on this machine see the clearance for now",
            cleared.Error.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
        Assert.Empty(await file.ListUnclearedAsync(s_scope, default));
    }

    [Fact]
    public async Task Damaged_file_hides_no_other_trip_and_makes_the_answer_no_full_one()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var trip = Trip();
        await FileIn(fixture).RecordAsync(trip, default);
        await File.WriteAllTextAsync(Path.Combine(JournalOf(fixture), "risk_manager.trips.json"), "{ not json");

        var listed = await RunAsync(fixture, "breaker");
        Assert.Equal(2, listed.ExitCode);
        Assert.Contains(trip.Id.ToString(), listed.Output, StringComparison.Ordinal);
        Assert.Contains(
            "risk_manager.trips.json is not used: it is damaged",
            listed.Error.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
        Assert.Equal(
            0,
            (await RunAsync(fixture, "breaker", "clear", trip.Id.ToString(), "--reason", "key pair replaced")).ExitCode
        );
    }

    private static (int ExitCode, string Output, string Error) Parts(CommandResult result) =>
        (result.ExitCode, result.Output, result.Error);

    private static ITripStore FileIn(ScriptFixture fixture, string service = "execution_gateway") =>
        LocalTripStores.Of(JournalOf(fixture), service);

    private static string JournalOf(ScriptFixture fixture) =>
        Directory
            .CreateDirectory(
                Path.Combine(fixture.Folder, "state", "strongroom", "journal"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            )
            .FullName;

    private static TripRecord Trip() =>
        new(
            Guid.CreateVersion7(),
            s_scope,
            "execution_gateway",
            "execution_gateway-1",
            "alpaca",
            "3",
            TripCause.Expired,
            "The credential 'alpaca' is gone.",
            DateTimeOffset.UnixEpoch.AddDays(20_000)
        );

    private static Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] arguments) =>
        InProcess.RunAsync(arguments, fixture.Variables, fixture.Folder, []);

    private static Database Open(ScriptFixture fixture) =>
        Database.Create(
            new DatabaseContext
            {
                Options = new DatabaseOptions { Path = Path.Combine(fixture.Folder, "state", "strongroom", "strongroom.db") },
                Environment = DeploymentEnvironment.Local,
                Time = TimeProvider.System,
                Loggers = NullLoggerFactory.Instance,
            }
        );
}
