using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Strongroom.Breaker;
using Strongroom.KilledReader;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>Two processes of one service, and one file of trips.</summary>
public sealed class TrippingReplicasTests : IDisposable
{
    private const int Times = 100;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strongroom-tripping-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Trips_of_two_processes_at_once_are_all_in_the_file()
    {
        using var one = Start("one");
        using var two = Start("two");
        var said = await Task.WhenAll(SaidAsync(one), SaidAsync(two));

        var kept = await KeptAsync();
        Assert.Equal(2 * Times, kept.Count);
        Assert.All(said.SelectMany(ids => ids), id => Assert.Contains(id, kept));
    }

    [Fact]
    public async Task Kill_of_one_writer_loses_no_trip_that_was_stored_and_holds_up_no_other()
    {
        using var killed = Start("killed");
        using var other = Start("other");
        var others = SaidAsync(other);
        var said = new List<Guid>();
        while (said.Count < Times / 4)
            said.Add(Guid.Parse((await killed.StandardOutput.ReadLineAsync().WaitAsync(s_limit))!, CultureInfo.InvariantCulture));
        killed.Kill();
        said.AddRange(await others);

        var kept = await KeptAsync();
        Assert.Equal(Times + Times / 4, said.Count);
        Assert.All(said, id => Assert.Contains(id, kept));
    }

    private static async Task<List<Guid>> SaidAsync(Process process)
    {
        var said = new List<Guid>();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(s_limit) is { } line)
            said.Add(Guid.Parse(line, CultureInfo.InvariantCulture));
        await process.WaitForExitAsync().WaitAsync(s_limit);
        Assert.Equal(0, process.ExitCode);
        return said;
    }

    private async Task<IReadOnlyList<Guid>> KeptAsync()
    {
        var file = new LocalTripFile(Path.Combine(_folder.FullName, "tripping" + LocalTripFile.Suffix));
        return
        [
            .. (await file.ListUnclearedAsync(new TripScope("test", ""), TestContext.Current.CancellationToken)).Select(trip =>
                trip.Id
            ),
        ];
    }

    private Process Start(string name)
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"{typeof(TrippingReplica).Assembly.GetName().Name}.dll");
        var dotnet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        return Process.Start(
            new ProcessStartInfo(dotnet, [program, TrippingReplica.Argument, _folder.FullName, name, $"{Times}"])
            {
                RedirectStandardOutput = true,
            }
        )!;
    }
}
