using System.CommandLine;
using PaperRun.Outage;
using PaperRun.Runs;
using PaperRun.Soak;

namespace PaperRun;

/// <summary>The options and verbs of the paper run.</summary>
internal static class PaperRunCommandLine
{
    private static readonly Option<string[]> s_symbols = new("--symbols")
    {
        Description = "The symbols to trade.",
        DefaultValueFactory = _ => PaperRunOptions.DefaultSymbols,
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int> s_cycles = new("--cycles")
    {
        Description = "Decision cycles in the day.",
        DefaultValueFactory = _ => PaperRunOptions.DefaultCycles,
    };
    private static readonly Option<bool> s_keep = new("--keep-running")
    {
        Description = "Leave the platform running after the day, until Ctrl-C.",
    };
    private static readonly Option<string> s_level = new("--log-level")
    {
        Description = "The services' LOG_LEVEL.",
        DefaultValueFactory = _ => "info",
    };
    private static readonly Option<DirectoryInfo?> s_folder = new("--folder")
    {
        Description = "Where logs, database and journals go. Default: a new folder below artifacts/paper-run.",
    };
    private static readonly Option<FileInfo> s_dotenv = new("--env-file")
    {
        Description = "The .env file; made from .env.template where it is missing.",
        DefaultValueFactory = _ => new FileInfo(".env"),
    };
    private static readonly Option<string> s_backend = new("--backend")
    {
        Description =
            "Where the secrets are: env; vault, which is the server of VAULT_ADDR and VAULT_TOKEN; or aws, which is the service "
            + "of AWS_ENDPOINT_URL_SECRETS_MANAGER. Where those are not set, one in this process.",
        DefaultValueFactory = _ => PaperRunOptions.DefaultBackend,
    };
    private static readonly Option<TimeSpan> s_ttl = new("--ttl")
    {
        Description = "The services' SECRET_CACHE_TTL: how long the outage's budget is.",
        DefaultValueFactory = _ => TimeSpan.FromHours(1),
    };
    private static readonly Option<TimeSpan> s_length = new("--length")
    {
        Description = "How long the load lasts.",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(10),
    };
    private static readonly Option<int> s_burners = new("--burners")
    {
        Description = "Processes beside it that only use the machine: 15 make a load average of 15 and more.",
    };

    internal static RootCommand Create()
    {
        s_backend.AcceptOnlyFromAmong("env", "vault", "aws");
        var root = new RootCommand(
            "Runs a whole paper-trading day on this machine: a broker and five services, each with only its own secrets. "
                + "'broker' runs the broker alone, 'vault' a Vault and 'aws' a Secrets Manager for local development."
        )
        {
            s_symbols,
            s_cycles,
            s_keep,
            s_level,
            s_folder,
            s_dotenv,
            s_backend,
            CreateOutage(),
            CreateSoak(),
        };
        root.SetAction(
            (parsed, ct) =>
                PaperRunner.RunAsync(
                    Chosen(parsed) with
                    {
                        Symbols =
                        [
                            .. parsed
                                .GetValue(s_symbols)!
                                .SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)),
                        ],
                        Cycles = parsed.GetValue(s_cycles),
                        KeepRunning = parsed.GetValue(s_keep),
                        LogLevel = parsed.GetValue(s_level)!,
                        Backend = parsed.GetValue(s_backend)!,
                    },
                    ct
                )
        );
        return root;
    }

    private static Command CreateOutage()
    {
        var outage = new Command(
            "outage",
            "Runs the platform on an in-process Vault, takes the Vault away for the whole budget, and writes outage.csv and "
                + "outage.svg into the run's folder."
        )
        {
            s_ttl,
            s_folder,
            s_dotenv,
        };
        outage.SetAction(
            (parsed, ct) =>
                OutageProgram.RunAsync(new OutageOptions(parsed.GetValue(s_ttl)), Chosen(parsed) with { Backend = "vault" }, ct)
        );
        return outage;
    }

    private static Command CreateSoak()
    {
        var soak = new Command(
            "soak",
            "Trades one market day after the other on an in-process Vault that keeps going away; fails unless memory, threads "
                + "and handles stay flat and the audit adds up."
        )
        {
            s_length,
            s_burners,
            s_folder,
            s_dotenv,
        };
        soak.SetAction(
            (parsed, ct) =>
                SoakRun.RunAsync(new SoakOptions(parsed.GetValue(s_length), parsed.GetValue(s_burners)), Chosen(parsed), ct)
        );
        return soak;
    }

    private static PaperRunOptions Chosen(ParseResult parsed) =>
        new() { Folder = parsed.GetValue(s_folder), DotenvFile = parsed.GetValue(s_dotenv)! };
}
