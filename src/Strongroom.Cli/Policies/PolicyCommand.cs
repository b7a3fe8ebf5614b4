using System.CommandLine;
using System.Text.Json.Serialization;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;
using Strongroom.Vault;
using Strongroom.Vault.Policies;

namespace Strongroom.Cli.Policies;

/// <summary>
/// <c>policy SERVICE</c>: the least policy from the service's declaration; <c>--check</c> holds the current identity to it.
/// </summary>
internal static class PolicyCommand
{
    internal static Command Create(CommandContext context)
    {
        var service = new Argument<string>("SERVICE") { Description = "The service's id, as it stands in its declaration." };
        var backend = new Option<string>("--backend")
        {
            Description = "Whose policy. Default: SECRET_BACKEND, without that vault.",
            HelpName = $"{BackendNames.Vault}|{BackendNames.Aws}",
        };
        backend.AcceptOnlyFromAmong(BackendNames.Vault, BackendNames.Aws);
        var check = new Option<bool>("--check")
        {
            Description = "Asks the backend what the current identity may do: what is missing, and what is too much.",
        };
        var kvVersion = new Option<int>("--kv-version")
        {
            Description = "The version of Vault's KV engine: 1 or 2. Default: 2.",
            HelpName = "1|2",
            DefaultValueFactory = _ => 2,
        };
        kvVersion.AcceptOnlyFromAmong("1", "2");
        var declaration = DeclarationOption.CreateMany();
        var command = new ExampleCommand(
            "policy",
            "Prints the least policy that lets a service run, from its declaration.",
            "strongroom policy execution_gateway --backend vault",
            "strongroom policy execution_gateway --declaration trading/ExecutionGateway/secrets.json | vault policy write "
                + "execution_gateway -",
            "AWS_ACCOUNT_ID=123456789012 strongroom policy execution_gateway --backend aws > policy.json",
            "VAULT_TOKEN_FILE=gateway-token strongroom policy execution_gateway --check --declaration trading/*/secrets.json"
        )
        {
            service,
            backend,
            check,
            kvVersion,
            declaration,
        };
        command.Does(context, (parsed, ct) =>
        {
            var (declared, others) = DeclarationOption.LoadAmong(
                context,
                parsed.GetValue(declaration) ?? [],
                parsed.GetValue(service)
            );
            var chosen = parsed.GetValue(backend) ?? context.CommandEnvironment.Variable("SECRET_BACKEND") ?? BackendNames.Vault;
            if (chosen == BackendNames.Env)
                throw new CommandException(
                    ExitCodes.Refused,
                    "the env backend has no policies",
                    "Give --backend vault or --backend aws.",
                    nameof(SecretErrorCode.Unsupported)
                );
            return parsed.GetValue(check)
                ? CheckAsync(context, declared, others, chosen, ct)
                : PrintAsync(context, declared, chosen, parsed.GetValue(kvVersion), ct);
        });
        return command;
    }

    /// <summary>
    /// Reads the few settings that the text depends on. No login is needed for it, but where AWS must be asked for the account.
    /// </summary>
    private static async Task PrintAsync(
        CommandContext context,
        SecretDeclaration declaration,
        string backend,
        int kvVersion,
        CancellationToken ct
    )
    {
        var @namespace = StrongroomOptions.Read(context.Operator.Configuration, DeploymentEnvironment.Local).Namespace;
        var policy =
            backend == BackendNames.Aws
                ? await AwsPolicy.TextAsync(context, declaration, @namespace, ct)
                : VaultPolicy.For(
                    declaration,
                    @namespace,
                    context.CommandEnvironment.Variable("VAULT_KV_MOUNT")?.Trim().Trim('/') is { Length: > 0 } named
                        ? named
                        : new VaultOptions().KvMount,
                    kvVersion
                );
        if (context.Terminal.IsJson)
            context.Terminal.Json(new PolicyShape(declaration.Service, backend, policy), PolicyJson.Default.PolicyShape);
        else
            context.Terminal.Text(policy);
    }

    private static async Task CheckAsync(
        CommandContext context,
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        string backend,
        CancellationToken ct
    )
    {
        await using var session = await context.OpenAsync(ct);
        var report = await context.Terminal.WaitAsync($"waiting for {session.Backend.Name}", context.Time, () =>
            AskAsync(session, backend, declaration, others, ct)
        )
            ?? throw new CommandException(
                ExitCodes.Refused,
                $"the {session.Backend.Name} backend cannot be asked what somebody may do "
                    + $"{(session.Backend.Name == BackendNames.Env ? "there" : $"in {backend}")}",
                $"Check it on the backend that enforces it: SECRET_BACKEND={backend}.",
                nameof(SecretErrorCode.Unsupported)
            );
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(
                new PolicyCheckShape(
                    declaration.Service,
                    session.Backend.Name,
                    await session.ActorAsync(),
                    report.Missing,
                    report.Excessive,
                    report.Unchecked
                ),
                PolicyJson.Default.PolicyCheckShape
            );
        }
        else
        {
            context.Terminal.Table(
                ["what", "path", "capabilities"],
                [
                    .. Rows("missing", report.Missing),
                    .. Rows("too much", report.Excessive),
                    .. Rows("not asked", report.Unchecked),
                ]
            );
        }
        if (report.Missing.Count + report.Excessive.Count > 0)
        {
            throw new CommandException(
                ExitCodes.VerificationFailed,
                $"this identity is not what {declaration.Service} needs: "
                    + $"{Quantity.Format(report.Missing.Count, "line is", "lines are")} missing, "
                    + $"{Quantity.Format(report.Excessive.Count, "is", "are")} too much{report.Caveat}",
                $"'strongroom policy {declaration.Service}' prints the policy that it should have, and no other beside it.",
                "PolicyDiffers"
            );
        }
        if (!context.Terminal.IsJson)
            context.Terminal.Note($"this identity may do what {declaration.Service} needs, and nothing more{report.Caveat}");
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(string what, IReadOnlyList<LineShape> lines) =>
        lines.Select(line => (IReadOnlyList<string>)[what, line.Path, string.Join(",", line.Capabilities)]);

    private static Task<PolicyAnswers?> AskAsync(
        OperatorSession session,
        string backend,
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    ) =>
        session.Backend.Name == backend
            ? PolicyAnswers.AskAsync(session.Backend, declaration, others, ct)
            : Task.FromResult<PolicyAnswers?>(null);
}

/// <summary>The result of <c>policy</c>.</summary>
internal sealed record PolicyShape(string Service, string Backend, string Policy);

/// <summary>The result of <c>policy --check</c>; <c>notAsked</c> is what the backend cannot be asked.</summary>
internal sealed record PolicyCheckShape(
    string Service,
    string Backend,
    string Identity,
    IReadOnlyList<LineShape> Missing,
    IReadOnlyList<LineShape> Excessive,
    IReadOnlyList<LineShape> Unchecked
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PolicyShape))]
[JsonSerializable(typeof(PolicyCheckShape))]
internal sealed partial class PolicyJson : JsonSerializerContext;
