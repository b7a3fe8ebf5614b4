using PaperRun.Tests.Support;

namespace PaperRun.Tests.Shutdown;

/// <summary>A run that is ended in the middle of its day.</summary>
public sealed class ShutdownTests : IDisposable
{
    // Not how long it should take but when a hanging one is given up.
    private static readonly TimeSpan s_endLimit = TimeSpan.FromMinutes(2);

    private readonly RunLocation _location = new();

    [Theory]
    [InlineData(Signal.Terminate, false, "env")]
    // What a terminal does: everything in the foreground gets it at once.
    [InlineData(Signal.Interrupt, true, "vault")]
    [InlineData(Signal.HangUp, true, "aws")]
    public async Task Signal_in_the_middle_of_the_day_ends_all_processes_and_gives_130(int signal, bool group, string backend)
    {
        await using var run = _location.Start("--cycles", "360", "--backend", backend, "--log-level", "trace");
        await run.WaitForAsync("cycle 6 of 360");
        var services = ServiceAddress.AllIn(run.Errors);
        Assert.Equal(5, services.Count);
        Assert.Superset(services.Select(service => service.Process).ToHashSet(), _location.Processes().ToHashSet());

        if (group)
            Signal.SendToGroup(run.Id, signal);
        else
            Signal.Send(run.Id, signal);

        Assert.Equal(130, await run.WaitForExitAsync(s_endLimit));
        Assert.Empty(_location.Processes());
        Assert.Equal("", run.Output);
        Assert.EndsWith("paper-run: Stopped.\n", run.Errors, StringComparison.Ordinal);
        // Each has read its secrets there, and has shipped its audit before it ended.
        Assert.Equal(
            Programs.Services.Keys.Append("paper_run").Order(StringComparer.Ordinal),
            await SqliteFile.ReadersOfAsync(_location.Database, backend)
        );
        Assert.Empty(Directory.EnumerateFiles(_location.Journals, "*.journal*"));
        Assert.Empty(_location.SecretFiles);
        if (backend != "env")
            _location.DemandNoValueBelowRun();
    }

    [Fact]
    public async Task Killed_run_takes_its_services_along_and_each_ships_its_audit()
    {
        await using var run = _location.Start("--cycles", "360");
        await run.WaitForAsync("cycle 6 of 360");
        Signal.Send(run.Id, Signal.Kill);

        Assert.Equal(137, await run.WaitForExitAsync());
        await _location.WaitUntilEmptyAsync(s_endLimit);
        Assert.Superset(
            Programs.Services.Keys.ToHashSet(),
            (await SqliteFile.SumAccessesAsync(_location.Database)).Keys.ToHashSet()
        );
        // That of the run itself, which its next start adopts.
        Assert.Single(Directory.EnumerateFiles(_location.Journals, "*.journal"));

        // The killed run could not remove the services' files; the next run does, whatever folder it uses.
        Assert.Equal(5, _location.SecretFiles.Count());
        await using var next = ProgramProcess.Start(
            Programs.PaperRun,
            _location.Root,
            new Dictionary<string, string>(),
            "--folder",
            Path.Combine(_location.Root, "next"),
            "--log-level",
            "pineapple"
        );
        Assert.Equal(1, await next.WaitForExitAsync());
        Assert.Empty(_location.SecretFiles);
    }

    [Fact]
    public async Task Second_run_in_the_same_folder_is_refused_and_takes_nothing_from_the_first()
    {
        await using var run = _location.Start("--cycles", "360");
        await run.WaitForAsync("All five services are ready.");
        await using var second = _location.Start("--cycles", "1");

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains($"Another run uses {_location.Run}", second.Errors, StringComparison.Ordinal);
        Assert.Equal(5, _location.SecretFiles.Count());
    }

    [Fact]
    public async Task Service_that_dies_in_the_middle_of_the_day_ends_the_run_with_its_name()
    {
        await using var run = _location.Start("--cycles", "360");
        await run.WaitForAsync("cycle 6 of 360");
        Signal.Send(ServiceAddress.AllIn(run.Errors).Single(service => service.Service == "signal_service").Process, Signal.Kill);

        Assert.Equal(1, await run.WaitForExitAsync());
        Assert.Contains("paper-run: signal_service ended with exit code 137", run.Errors, StringComparison.Ordinal);
        Assert.Empty(_location.SecretFiles);
        Assert.Empty(_location.Processes());
        Assert.Equal("", run.Output);
    }

    public void Dispose() => _location.Dispose();
}
