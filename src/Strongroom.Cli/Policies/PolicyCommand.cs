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
/// <c>policy SERVICE</c>: the least-privilege policy from the service's declaration; <c>--check</c> compares the current
/// identity with it.
/// </summary>
internal static class PolicyCommand
{
    internal static Command Create(CommandContext context)
    {
        var service = new Argument<string>("SERVICE") { Description = "The service's id, as in its declaration." };
        var backend = new Option<string>("--backend")
        {
            Description = "The backend that enforces the policy. Default: SECRET_BACKEND, otherwise vault.",
            HelpName = $"{BackendNames.Vault}|{BackendNames.Aws}",
        };
        backend.AcceptOnlyFromAmong(BackendNames.Vault, BackendNames.Aws);
        var check = new Option<bool>("--check")
        {
            Description = "Compares what the current identity may do with the policy: what is missing, what is excessive.",
        };
        var kvVersion = new Option<int>("--kv-version")
        {
            Description = "The version of Vault's KV engine.",
            HelpName = "1|2",
            DefaultValueFactory = _ => 2,
        };
        kvVersion.AcceptOnlyFromAmong("1", "2");
        var declaration = DeclarationOption.CreateMany();
        var command = new ExampleCommand(
            "policy",
            "Prints a service's least-privilege policy, from its declaration.",
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
    /// Reads only the settings that the text depends on. It needs no login, unless AWS must be asked for the account.
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
                $"the {session.Backend.Name} backend cannot report permissions"
                    + (session.Backend.Name == BackendNames.Env ? "" : $" in {backend}"),
                $"Check on the backend that enforces the policy: SECRET_BACKEND={backend}.",
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
                    .. Rows("excessive", report.Excessive),
                    .. Rows("unchecked", report.Unchecked),
                ]
            );
        }
        if (report.Missing.Count + report.Excessive.Count > 0)
        {
            throw new CommandException(
                ExitCodes.VerificationFailed,
                $"the permissions of this identity differ from what {declaration.Service} needs: "
                    + $"{report.Missing.Count} missing, {report.Excessive.Count} excessive{report.Caveat}",
                $"'strongroom policy {declaration.Service}' prints the only policy that it should have.",
                "PolicyDiffers"
            );
        }
        if (!context.Terminal.IsJson)
            context.Terminal.Note($"this identity has exactly the permissions that {declaration.Service} needs{report.Caveat}");
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(string what, IReadOnlyList<PermissionShape> lines) =>
        lines.Select(line => (IReadOnlyList<string>)[what, line.Path, string.Join(",", line.Capabilities)]);

    private static Task<PolicyComparison?> AskAsync(
        OperatorSession session,
        string backend,
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    ) =>
        session.Backend.Name == backend
            ? PolicyComparison.RunAsync(session.Backend, declaration, others, ct)
            : Task.FromResult<PolicyComparison?>(null);
}

/// <summary>The result of <c>policy</c>.</summary>
internal sealed record PolicyShape(string Service, string Backend, string Policy);

/// <summary>The result of <c>policy --check</c>; <c>unchecked</c> is what the backend cannot report.</summary>
internal sealed record PolicyCheckShape(
    string Service,
    string Backend,
    string Identity,
    IReadOnlyList<PermissionShape> Missing,
    IReadOnlyList<PermissionShape> Excessive,
    IReadOnlyList<PermissionShape> Unchecked
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PolicyShape))]
[JsonSerializable(typeof(PolicyCheckShape))]
internal sealed partial class PolicyJson : JsonSerializerContext;
