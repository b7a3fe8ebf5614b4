namespace PaperRun.Tests.Startup;

/// <summary>Ends the servers that the list has started.</summary>
public sealed class StartFaultServers : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await StartErrorList.EndAsync();
}

/// <summary>
/// For each fault of the one list: what <c>strongroom doctor</c> says, what <c>--check</c> says, and what a real start does.
/// </summary>
public sealed class DoctorAgreesTests : IClassFixture<StartFaultServers>
{
    public static TheoryData<string> Faults => new(StartErrorList.All.Keys);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Doctor_and_check_say_what_a_real_start_does(string fault)
    {
        var (spoil, starts, onlyTheServiceKnows) = StartErrorList.All[fault];
        await using var fixture = await StartFixture.OpenAsync();
        await fixture.TakeUpgradedAsync();
        await spoil(fixture);

        var (asked, checkedFirst) = (fixture.AskDoctorAsync(), fixture.StartAsync("--check"));
        var (doctor, check) = (await asked, await checkedFirst);
        var start = await fixture.StartAsync();

        Assert.True(start.Starts == starts, $"A start {(start.Starts ? "succeeds" : "is refused")}:\n{start.Words}");
        Assert.True(check.Starts == starts, $"--check says that it {(check.Starts ? "succeeds" : "is refused")}:\n{check.Words}");
        if (onlyTheServiceKnows)
            Assert.Contains("--check", doctor.Words, StringComparison.Ordinal);
        else
            Assert.True(
                doctor.WouldStart == starts,
                $"Doctor says that it {(doctor.WouldStart ? "succeeds" : "is refused")}:\n{doctor.Words}\n{start.Words}"
            );
    }
}
