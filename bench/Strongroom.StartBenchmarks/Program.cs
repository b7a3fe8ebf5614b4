using System.Globalization;
using System.Runtime.InteropServices;
using Strongroom.StartBenchmarks;

// dotnet run -c Release --project bench/Strongroom.StartBenchmarks -- 21 jit readytorun BareHost EnvHost
// dotnet run -c Release --project bench/Strongroom.StartBenchmarks -- 21 --no-publish
using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var rounds = args.Select(word => int.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : 0)
    .FirstOrDefault(number => number > 0, 21);
var modes = args.Where(PublishedPrograms.Modes.Contains).ToList();
if (modes.Count == 0)
    modes = [.. PublishedPrograms.Modes.SkipLast(1)];
var names = StartFixture.Programs.Where(name => args.Contains(name) || !args.Any(StartFixture.Programs.Contains)).ToList();

var root = PublishedPrograms.Root();
if (!args.Contains("--no-publish"))
{
    foreach (var mode in modes)
        await PublishedPrograms.PublishAsync(root, mode, names, stopping.Token);
}
await using var fixture = await StartFixture.OpenAsync(root, modes, names, stopping.Token);
Console.WriteLine(
    $"Starts in turn, {rounds} of each after one that does not count; medians. Milliseconds from fork to the first answer and of "
        + "the processor until then, MiB of resident memory at its most, methods compiled; in brackets the difference to the "
        + $"bare host in the same mode.\nLoad at the beginning: {PublishedPrograms.Load()}\n"
);
var series = await fixture.RunAsync(rounds, stopping.Token);
Console.WriteLine(StartReport.Of(series));
Console.WriteLine(StartReport.Targets(series));
Console.WriteLine($"Load at the end: {PublishedPrograms.Load()}\n");
foreach (var mode in modes)
{
    var measured = series.Where(one => one.Mode == mode && one.Methods.Count > 0).ToList();
    var bare = measured.Find(one => one.IsBare);
    foreach (var columns in measured.GroupBy(one => StartFixture.Services.Contains(one.Program)))
        Console.WriteLine(
            $"{mode}: methods by group, without those that the bare host compiles\n\n{MethodReport.Of([.. columns], bare)}"
        );
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}
