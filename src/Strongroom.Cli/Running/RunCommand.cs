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
        var only = new Option<string[]>("--only") { Description = "The secrets to pass, separated by commas.", HelpName = "A,B" };
        var service = new Option<string>("--service")
        {
            Description = "All secrets that this service's declaration lets it read.",
            HelpName = "S",
        };
        var env = new Option<string[]>("--env")
        {
            Description = "Passes one secret in the variable VAR. Repeatable.",
            HelpName = "VAR=NAME",
        };
        var declaration = DeclarationOption.Create();
        var keep = new Option<bool>("--keep-credentials")
        {
            Description = "Keeps VAULT_*, BAO_* and AWS_* in the command's environment.",
        };
        var watch = new Option<bool>("--watch")
        {
            Description = "Reads the values again every SECRET_CACHE_REFRESH, and restarts the command when one changes.",
        };
        var child = new Argument<string[]>("COMMAND")
        {
            Description = "The program and its arguments, after --.",
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
                    "--service includes all of the service's secrets; omit --only."
                );
            if (names.Count + named.Count == 0 && wanted is null)
            {
                throw CommandException.Usage(
                    "run needs --only, --env or --service: the command gets only the secrets that are named",
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
                    snapshot => NativeStrings.Environment(kept, snapshot),
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
        using var argumentTexts = NativeStrings.Arguments(arguments);
        using var variableTexts = NativeStrings.Environment(kept, snapshot);
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
                            $"--only contains an invalid secret name: {problem}",
                            "Separate names with commas, as in alpaca/api_key_id,redis/password."
                        )
                )
                .Distinct(),
        ];
}
