namespace PaperRun.Tests.Starts;

/// <summary>Ends the servers that the list has started.</summary>
public sealed class StartFaultServers : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await StartFaultList.EndAsync();
}

/// <summary>For each fault of the one list: what <c>strongroom doctor</c> says, what <c>--check</c> says, and what a real start does.</summary>
public sealed class DoctorAgreesTests : IClassFixture<StartFaultServers>
{
    public static TheoryData<string> Faults => new(StartFaultList.All.Keys);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Doctor_and_check_say_what_a_real_start_does(string fault)
    {
        var (spoil, starts, onlyTheServiceKnows) = StartFaultList.All[fault];
        await using var room = await StartRoom.OpenAsync();
        await room.TakeUpgradedAsync();
        await spoil(room);

        var (asked, checkedFirst) = (room.AskDoctorAsync(), room.StartAsync("--check"));
        var (doctor, check) = (await asked, await checkedFirst);
        var start = await room.StartAsync();

        Assert.True(start.Starts == starts, $"A start {(start.Starts ? "succeeds" : "is refused")}:\n{start.Words}");
        Assert.True(check.Starts == starts, $"--check says that it {(check.Starts ? "succeeds" : "is refused")}:\n{check.Words}");
        if (onlyTheServiceKnows)
            Assert.Contains("--check", doctor.Words, StringComparison.Ordinal);
        else
            Assert.True(doctor.WouldStart == starts, $"Doctor says that it {(doctor.WouldStart ? "succeeds" : "is refused")}:\n{doctor.Words}\n{start.Words}");
    }
}
