using System.CommandLine;
using Strongroom.Cli.Input;
using Strongroom.Cli.Session;
using Strongroom.Env;

namespace Strongroom.Cli.Running;

/// <summary>
/// <c>run -- COMMAND</c>: the child gets exactly the secrets that were named, in its environment and nowhere else.
/// </summary>
internal static class RunCommand
{
    internal static Command Create(CommandContext context)
    {
        var only = new Option<string[]>("--only")
        {
            Description = "The secrets that the command gets, joined by commas.",
            HelpName = "A,B",
        };
        var service = new Option<string>("--service")
        {
            Description = "All that this service's declaration lets it read.",
            HelpName = "S",
        };
        var env = new Option<string[]>("--env")
        {
            Description = "One secret in a variable that the command reads by another name; repeatable.",
            HelpName = "VAR=NAME",
        };
        var declaration = DeclarationOption.Create();
        var keep = new Option<bool>("--keep-credentials")
        {
            Description = "Leaves VAULT_*, BAO_* and AWS_* in the command's environment.",
        };
        var watch = new Option<bool>("--watch")
        {
            Description = "Stays, asks again every SECRET_CACHE_REFRESH, and starts the command anew when a value changes.",
        };
        var child = new Argument<string[]>("COMMAND")
        {
            Description = "The program and its arguments, behind --.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new ExampleCommand(
            "run",
            "Runs a program with the named secrets in its environment; signals, terminal and exit code are the program's own.",
            "strongroom run --only alpaca/api_key_id,alpaca/api_secret_key -- ./worker --fast",
            "strongroom run --service risk_manager --declaration trading/RiskManager/secrets.json -- dotnet RiskManager.dll",
            "strongroom run --env PGPASSWORD=database/password -- psql",
            "strongroom run --only redis/password --watch -- ./worker"
        )
        {
            only,
            service,
            env,
            declaration,
            keep,
            watch,
            child,
        };
        command.OwnsSignals = true;
        command.Does(context, async (parsed, _) =>
        {
            using var signals = new ChildSignals(
                context,
                reachesChild: context.Terminal.IsInputTerminal && WatchedChild.IsGroupShared(context.Terminal)
            );
            var names = Names(parsed.GetValue(only) ?? []);
            var named = NamedVariables.Read(parsed.GetValue(env) ?? []);
            var wanted = parsed.GetValue(service);
            if (names.Count > 0 && wanted is not null)
                throw CommandException.Usage(
                    "run takes --only or --service, not both",
                    "A service's own secrets are all named by --service; leave --only out."
                );
            if (names.Count + named.Count == 0 && wanted is null)
            {
                throw CommandException.Usage(
                    "run needs --only, --env or --service: the command gets the secrets that were named, and no other",
                    "Name them: --only alpaca/api_key_id,redis/password, or --env PGPASSWORD=database/password."
                );
            }
            var arguments = parsed.GetValue(child)!;
            var path = Executable.Find(context.CommandEnvironment, arguments[0]);
            var declared =
                wanted is not null
                || parsed.GetValue(declaration) is not null
                || context.Settings.Options.DeclarationPath is not null
                    ? DeclarationOption.Load(context, parsed.GetValue(declaration), wanted)
                    : null;
            List<ChildSecret> secrets =
            [
                .. wanted is not null ? All(context, declared!) : names.Select(name => Chosen(context, name, declared)),
                .. named.Select(one => Chosen(context, one.Name, declared) with { Variable = one.Variable, IsNamed = true }),
            ];
            ChildSecret.Check(secrets);
            var kept = ChildVariables.Kept(
                context.CommandEnvironment,
                secrets,
                declared?.Secrets.Select(secret => EnvVariable.NameOf(secret.Name, context.Settings.Options.Namespace)) ?? [],
                parsed.GetValue(keep)
            );
            return parsed.GetValue(watch)
                ? await new WatchedChild(
                    context,
                    secrets,
                    snapshot => NativeTexts.Environment(kept, snapshot),
                    path,
                    arguments
                ).RunAsync(signals)
                : await ReplaceAsync(context, secrets, kept, path, arguments, signals.Ended);
        });
        return command;
    }

    /// <summary>The audit is shipped and the login given back before there is no Strongroom any more.</summary>
    private static async Task<int> ReplaceAsync(
        CommandContext context,
        IReadOnlyList<ChildSecret> secrets,
        IReadOnlyList<KeyValuePair<string, string>> kept,
        string path,
        IReadOnlyList<string> arguments,
        CancellationToken ct
    )
    {
        using var snapshot = await SecretSnapshot.ReadAsync(context, secrets, isQuiet: false, ct);
        using var argumentTexts = NativeTexts.Arguments(arguments);
        using var variableTexts = NativeTexts.Environment(kept, snapshot);
        ChildProcess.Replace(path, argumentTexts, variableTexts);
        return ExitCodes.Unexpected;
    }

    private static List<ChildSecret> All(CommandContext context, SecretDeclaration declaration) =>
        [
            .. declaration
                .Secrets.Where(secret => secret.Access.HasFlag(SecretAccess.Read))
                .Select(secret => ChildSecret.Of(secret, context.Settings)),
        ];

    private static ChildSecret Chosen(CommandContext context, SecretName name, SecretDeclaration? declaration) =>
        declaration?.Find(name) is { } declared
            ? ChildSecret.Of(declared, context.Settings) with
            {
                Required = true,
            }
            : ChildSecret.Of(name, context.Settings.Options.Namespace);

    private static List<SecretName> Names(IEnumerable<string> texts) =>
        [
            .. texts
                .SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries))
                .Select(text =>
                    SecretName.TryParse(text, out var name, out var problem)
                        ? name
                        : throw CommandException.Usage(
                            $"--only holds what cannot be the name of a secret: {problem}",
                            "Names are joined by commas, such as alpaca/api_key_id,redis/password."
                        )
                )
                .Distinct(),
        ];
}
