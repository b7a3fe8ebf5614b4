using System.Diagnostics;
using System.Text;
using PaperRun.Tests.Support;
using Strongroom.Testing;

namespace PaperRun.Tests.Day;

/// <summary>
/// One default day in a fresh folder at the finest log level. The platform is kept running after it, looked at and asked, and
/// ended by Ctrl-C. What was seen is looked through for every secret, while the platform runs and when it has ended.
/// </summary>
public sealed class WholeDay : IAsyncLifetime
{
    private readonly RunLocation _location = new();

    internal RunLocation Location => _location;

    internal Evidence Evidence { get; private set; } = null!;

    internal LeakDetector Detector { get; private set; } = null!;

    internal int ExitCode { get; private set; }

    internal string Output { get; private set; } = "";

    internal string Errors { get; private set; } = "";

    internal SummaryText Summary => new(Output);

    internal IReadOnlyList<ServiceAddress> Services { get; private set; } = [];

    /// <summary>All that lies in the run's folder while the platform runs: logs, database, journals in use.</summary>
    internal LeakScan WhileRunning { get; private set; } = null!;

    /// <summary>Each service's own <c>.env</c> while the platform ran: who may open it, and its variables.</summary>
    internal IReadOnlyDictionary<string, (UnixFileMode Mode, IReadOnlyList<string> Names)> EnvFiles { get; private set; } = null!;

    /// <summary>What is left in the run's folder at the end, and what was gathered from the outside.</summary>
    internal LeakScan Afterwards { get; private set; } = null!;

    internal IReadOnlyList<int> LeftRunning { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Evidence = new Evidence(Path.Combine(_location.Root, "evidence"));
        await using var run = _location.Start("--log-level", "trace", "--keep-running");
        await run.WaitForAsync("the platform keeps running");
        Services = ServiceAddress.AllIn(run.Errors);
        Detector = new LeakDetector(
            RunLocation.Read(_location.Dotenv).Select(pair => KeyValuePair.Create(pair.Key, Encoding.UTF8.GetBytes(pair.Value)))
        );

        await GatherAsync(run);
        await PlantAsync();
        WhileRunning = await Detector.ScanTreeAsync(_location.Run);
        EnvFiles = Services.ToDictionary(
            service => service.Service,
            service =>
                (
                    File.GetUnixFileMode(_location.DotenvOf(service.Service)),
                    (IReadOnlyList<string>)
                        [.. RunLocation.Read(_location.DotenvOf(service.Service)).Keys.Order(StringComparer.Ordinal)]
                )
        );

        Signal.SendToGroup(run.Id, Signal.Interrupt);
        ExitCode = await run.WaitForExitAsync();
        (Output, Errors, LeftRunning) = (run.Output, run.Errors, _location.Processes());
        Evidence.Keep("stdout", "paper-run", Output);
        Evidence.Keep("stderr", "paper-run", Errors);
        PlantOutside();
        var scans = new[] { await Detector.ScanTreeAsync(_location.Run), await Detector.ScanTreeAsync(Evidence.Folder) };
        Afterwards = new LeakScan(
            [.. scans.SelectMany(scan => scan.Finds)],
            [.. scans.SelectMany(scan => scan.Canaries)],
            [.. scans.SelectMany(scan => scan.Unreadable)],
            scans.Sum(scan => scan.Sources),
            scans.Sum(scan => scan.Bytes)
        );
    }

    public ValueTask DisposeAsync()
    {
        _location.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task GatherAsync(ProgramProcess run)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        Evidence.KeepProcess("paper_run", run.Id);
        foreach (var service in Services)
        {
            Evidence.KeepProcess(service.Service, service.Process);
            await Evidence.KeepAnswersAsync(
                http,
                service,
                RunLocation.Read(_location.DotenvOf(service.Service)),
                Detector.Canary
            );
        }
        await Evidence.KeepWebhookAnswersAsync(
            http,
            Services.Single(service => service.Service == "orchestrator"),
            RunLocation.Read(_location.Dotenv)["WEBHOOK_SECRET"]
        );
    }

    /// <summary>
    /// The logs have their canary from a request that a service was sent; here are the database and the journals.
    /// </summary>
    private async Task PlantAsync()
    {
        await SqliteFile.InsertAsync(_location.Database, Detector.Canary);
        // Past .NET's file streams, which do not get at a journal in use.
        var planted = Path.Combine(_location.Journals, "planted");
        using (var copy = Process.Start("cp", [Directory.EnumerateFiles(_location.Journals).First(), planted]))
            await copy.WaitForExitAsync();
        await using var to = File.OpenWrite(planted);
        to.Position = to.Length / 2;
        await to.WriteAsync(Encoding.UTF8.GetBytes(Detector.Canary));
    }

    /// <summary>In each kind of evidence, a copy of a true piece with the canary behind it.</summary>
    private void PlantOutside()
    {
        foreach (var kind in Directory.GetDirectories(Evidence.Folder))
            File.WriteAllText(
                Path.Combine(kind, "planted"),
                File.ReadAllText(Directory.EnumerateFiles(kind).First()) + Detector.Canary
            );
    }
}
