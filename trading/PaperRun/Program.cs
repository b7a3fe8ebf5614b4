using System.CommandLine;
using PaperRun;
using PaperRun.Outage;
using PaperRun.Runs;
using PaperRun.Soak;
using Strongroom.Testing;

if (args is ["broker", .. var rest])
    return await PaperBrokerProgram.RunAsync(rest);
if (args is ["vault", .. var more])
    return await VaultServerProgram.RunAsync(more);
if (args is ["aws", .. var others])
    return await SecretsManagerServerProgram.RunAsync(others);

var symbols = new Option<string[]>("--symbols")
{
    Description = "The symbols to trade.",
    DefaultValueFactory = _ => PaperRunOptions.DefaultSymbols,
    AllowMultipleArgumentsPerToken = true,
};
var cycles = new Option<int>("--cycles")
{
    Description = "Decision cycles in the day.",
    DefaultValueFactory = _ => PaperRunOptions.DefaultCycles,
};
var keep = new Option<bool>("--keep-running") { Description = "Leave the platform running after the day, until Ctrl-C." };
var level = new Option<string>("--log-level") { Description = "The services' LOG_LEVEL.", DefaultValueFactory = _ => "info" };
var folder = new Option<DirectoryInfo?>("--folder")
{
    Description = "Where logs, database and journals go. Default: a new folder below artifacts/paper-run.",
};
var dotenv = new Option<FileInfo>("--env-file")
{
    Description = "The .env file; made from .env.template where it is missing.",
    DefaultValueFactory = _ => new FileInfo(".env"),
};
var backend = new Option<string>("--backend")
{
    Description =
        "Where the secrets live: env; vault, which is the server of VAULT_ADDR and VAULT_TOKEN; or aws, which is the service "
        + "of AWS_ENDPOINT_URL_SECRETS_MANAGER. Where those are not set, one in this process.",
    DefaultValueFactory = _ => PaperRunOptions.DefaultBackend,
};
backend.AcceptOnlyFromAmong("env", "vault", "aws");
var ttl = new Option<TimeSpan>("--ttl")
{
    Description = "The services' SECRET_CACHE_TTL: how long the outage's budget is.",
    DefaultValueFactory = _ => TimeSpan.FromHours(1),
};

var outage = new Command(
    "outage",
    "Runs the platform on an in-process Vault, takes the Vault away for the whole budget, and writes outage.csv and "
        + "outage.svg into the run's folder."
)
{
    ttl,
    folder,
    dotenv,
};
outage.SetAction(
    (parsed, ct) => OutageProgram.RunAsync(new OutageOptions(parsed.GetValue(ttl)), Chosen(parsed) with { Backend = "vault" }, ct)
);
var length = new Option<TimeSpan>("--length")
{
    Description = "How long the load lasts.",
    DefaultValueFactory = _ => TimeSpan.FromMinutes(10),
};
var burners = new Option<int>("--burners")
{
    Description = "Processes beside it that only use the machine: 15 make a load average of 15 and more.",
};
var soak = new Command(
    "soak",
    "Trades one market day after the other on an in-process Vault that keeps going away; fails unless memory, threads and "
        + "handles stay flat and the audit adds up."
)
{
    length,
    burners,
    folder,
    dotenv,
};
soak.SetAction(
    (parsed, ct) => SoakRun.RunAsync(new SoakOptions(parsed.GetValue(length), parsed.GetValue(burners)), Chosen(parsed), ct)
);
var root = new RootCommand(
    "Runs a whole paper-trading day on this machine: a broker and five services, each with only its own secrets. 'broker' "
        + "runs the broker alone, 'vault' a Vault and 'aws' a Secrets Manager for local development."
)
{
    symbols,
    cycles,
    keep,
    level,
    folder,
    dotenv,
    backend,
    outage,
    soak,
};
root.SetAction(
    (parsed, ct) =>
        PaperRunner.RunAsync(
            Chosen(parsed) with
            {
                Symbols =
                [
                    .. parsed.GetValue(symbols)!.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)),
                ],
                Cycles = parsed.GetValue(cycles),
                KeepRunning = parsed.GetValue(keep),
                LogLevel = parsed.GetValue(level)!,
                Backend = parsed.GetValue(backend)!,
            },
            ct
        )
);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });

PaperRunOptions Chosen(ParseResult parsed) => new() { Folder = parsed.GetValue(folder), DotenvFile = parsed.GetValue(dotenv)! };
