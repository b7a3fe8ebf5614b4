using System.CommandLine;
using System.Text.Json.Serialization;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Env;
using Strongroom.Settings;
using Strongroom.Vault;
using Strongroom.Vault.Policies;

namespace Strongroom.Cli.Policies;

/// <summary><c>policy SERVICE</c>: the least policy from the service's declaration; <c>--check</c> holds the current identity to it.</summary>
internal static class PolicyCommand
{
    internal static Command Create(CommandContext context)
    {
        var service = new Argument<string>("SERVICE") { Description = "The service's id, as it stands in its declaration." };
        var backend = new Option<string>("--backend") { Description = "Whose policy. Default: SECRET_BACKEND, without that vault.", HelpName = VaultBackend.BackendName };
        backend.AcceptOnlyFromAmong(VaultBackend.BackendName);
        var check = new Option<bool>("--check") { Description = "Asks the backend what the current identity may do: what is missing, and what is too much." };
        var declaration = DeclarationOption.Create();
        var command = new ExampleCommand(
            "policy", "Prints the least policy that lets a service run, from its declaration.",
            "strongroom policy execution_gateway --backend vault",
            "strongroom policy execution_gateway --declaration trading/ExecutionGateway/secrets.json | vault policy write execution_gateway -",
            "VAULT_TOKEN_FILE=gateway-token strongroom policy execution_gateway --check --output json")
        {
            service, backend, check, declaration,
        };
        command.Does(context, (parsed, ct) =>
        {
            var declared = DeclarationOption.Load(context, parsed.GetValue(declaration), parsed.GetValue(service));
            var chosen = parsed.GetValue(backend) ?? context.Surroundings.Variable("SECRET_BACKEND") ?? VaultBackend.BackendName;
            // A backend of its own kind of policy is one more case here and in Text.
            if (chosen != VaultBackend.BackendName)
            {
                throw new CommandException(
                    ExitCodes.Refused, chosen == EnvBackend.BackendName ? "the env backend has no policies" : "there are no policies for this backend yet",
                    "Give --backend vault.", nameof(SecretErrorCode.Unsupported));
            }
            return parsed.GetValue(check) ? CheckAsync(context, declared, ct) : PrintAsync(context, declared);
        });
        return command;
    }

    /// <summary>Reads the few settings that the text depends on; no backend and no login is needed for it.</summary>
    private static Task PrintAsync(CommandContext context, SecretDeclaration declaration)
    {
        var policy = Text(context, declaration);
        if (context.Terminal.IsJson)
            context.Terminal.Json(new PolicyShape(declaration.Service, VaultBackend.BackendName, policy), PolicyJson.Default.PolicyShape);
        else
            context.Terminal.Text(policy);
        return Task.CompletedTask;
    }

    private static async Task CheckAsync(CommandContext context, SecretDeclaration declaration, CancellationToken ct)
    {
        await using var session = await context.OpenAsync(ct);
        if (session.Backend is not IVaultPolicyCheck backend)
        {
            throw new CommandException(
                ExitCodes.Refused, $"the {session.BackendName} backend cannot be asked what somebody may do there", "Check it on the backend that enforces it: SECRET_BACKEND=vault.",
                nameof(SecretErrorCode.Unsupported));
        }
        var report = await context.Terminal.WaitAsync($"waiting for {session.BackendName}", context.Time, () => backend.CheckPolicyAsync(declaration, ct).AsTask());
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(
                new PolicyCheckShape(declaration.Service, session.BackendName, session.Actor, [.. report.Missing.Select(LineShape.Of)], [.. report.TooMuch.Select(LineShape.Of)]),
                PolicyJson.Default.PolicyCheckShape);
        }
        else
        {
            context.Terminal.Table(["what", "path", "capabilities"], [.. Rows("missing", report.Missing), .. Rows("too much", report.TooMuch)]);
        }
        if (report.Missing.Count + report.TooMuch.Count > 0)
        {
            throw new CommandException(
                ExitCodes.VerificationFailed,
                $"this identity is not what {declaration.Service} needs: {report.Missing.Count} line(s) are missing, {report.TooMuch.Count} are too much",
                $"'strongroom policy {declaration.Service}' prints the policy that it should have, and no other beside it.", "PolicyDiffers");
        }
        if (context.Terminal.IsErrorTerminal && !context.Terminal.IsJson)
            context.Terminal.Note($"this identity may do what {declaration.Service} needs, and nothing more");
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(string what, IReadOnlyList<PolicyLine> lines) =>
        lines.Select(line => (IReadOnlyList<string>)[what, line.Path, string.Join(",", line.Capabilities)]);

    private static string Text(CommandContext context, SecretDeclaration declaration)
    {
        var variables = new VariableConfiguration(context.Surroundings.Variables);
        var faults = new List<string>();
        var options = StrongroomSettings.Read(variables, faults);
        StrongroomOptionsRules.Check(options, DeploymentEnvironment.Local, faults);
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
        var mount = context.Surroundings.Variable("VAULT_KV_MOUNT")?.Trim().Trim('/') is { Length: > 0 } named ? named : new VaultOptions().KvMount;
        return VaultPolicy.For(declaration, options.Namespace, mount);
    }
}

/// <summary>The result of <c>policy</c>.</summary>
internal sealed record PolicyShape(string Service, string Backend, string Policy);

/// <summary>The result of <c>policy --check</c>.</summary>
internal sealed record PolicyCheckShape(string Service, string Backend, string Identity, IReadOnlyList<LineShape> Missing, IReadOnlyList<LineShape> TooMuch);

/// <summary>One path and what may be done there.</summary>
internal sealed record LineShape(string Path, IReadOnlyList<string> Capabilities)
{
    internal static LineShape Of(PolicyLine line) => new(line.Path, line.Capabilities);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PolicyShape))]
[JsonSerializable(typeof(PolicyCheckShape))]
internal sealed partial class PolicyJson : JsonSerializerContext;
