using System.CommandLine;
using PaperRun;
using Strongroom.Testing;

if (args is ["broker", .. var rest])
    return await PaperBrokerProgram.RunAsync(rest);
if (args is ["vault", .. var more])
    return await VaultServerProgram.RunAsync(more);

var symbols = new Option<string[]>("--symbols") { Description = "The symbols to trade.", DefaultValueFactory = _ => PaperRunOptions.DefaultSymbols, AllowMultipleArgumentsPerToken = true };
var cycles = new Option<int>("--cycles") { Description = "Decision cycles in the day.", DefaultValueFactory = _ => PaperRunOptions.DefaultCycles };
var keep = new Option<bool>("--keep-running") { Description = "Leave the platform running after the day, until Ctrl-C." };
var level = new Option<string>("--log-level") { Description = "The services' LOG_LEVEL.", DefaultValueFactory = _ => "info" };
var folder = new Option<DirectoryInfo?>("--folder") { Description = "Where logs, database and journals go. Default: a new folder below artifacts/paper-run." };
var dotenv = new Option<FileInfo>("--env-file") { Description = "The .env file; made from .env.template where it is missing.", DefaultValueFactory = _ => new FileInfo(".env") };
var root = new RootCommand("Runs a whole paper-trading day on this machine: a broker and five services, each with only its own secrets. 'broker' runs the broker alone, 'vault' a Vault for local development.")
{
    symbols, cycles, keep, level, folder, dotenv,
};
root.SetAction((parsed, ct) => PaperRunner.RunAsync(
    new PaperRunOptions
    {
        Symbols = [.. parsed.GetValue(symbols)!.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))],
        Cycles = parsed.GetValue(cycles),
        KeepRunning = parsed.GetValue(keep),
        LogLevel = parsed.GetValue(level)!,
        Folder = parsed.GetValue(folder),
        DotenvFile = parsed.GetValue(dotenv)!,
    },
    ct));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
