using Strongroom.Aws;
using Strongroom.Aws.Policies;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Policies;

/// <summary>A service's IAM policy. It names region and account, which come from the settings or from AWS.</summary>
internal static class AwsPolicy
{
    private const string AccountSetting = "AWS_ACCOUNT_ID";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <exception cref="CommandException">Account or key cannot be named.</exception>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong, such as the region.</exception>
    internal static async Task<string> TextAsync(
        CommandContext context,
        SecretDeclaration declaration,
        string @namespace,
        CancellationToken ct
    )
    {
        var options = AwsOptions.Read(context.Operator.Configuration);
        if (options.KmsKeyId?.Contains("alias/", StringComparison.Ordinal) == true)
        {
            throw CommandException.Usage(
                "STRONGROOM_AWS_KMS_KEY_ID is an alias, which a policy cannot reference",
                "Set it to the key's ARN or id: aws kms describe-key --key-id alias/… shows both."
            );
        }
        var account = context.CommandEnvironment.Variable(AccountSetting) ?? await AskAccountAsync(context, options, ct);
        if (account.Length != 12 || account.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw CommandException.Usage($"{AccountSetting} is not an AWS account id", "Set it to the account's twelve digits.");
        return IamPolicy.For(declaration, @namespace, options.Region!, account, options.KmsKeyId);
    }

    private static async Task<string> AskAccountAsync(CommandContext context, AwsOptions options, CancellationToken ct)
    {
        const string Hint = $"Set {AccountSetting} to the account's twelve digits, or provide credentials for that account.";
        using var limit = new CancellationTokenSource(s_patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var account = await context.Terminal.WaitAsync("waiting for STS", context.Time, () =>
                AwsAccount.AskAsync(options, either.Token).AsTask()
            );
            return account
                ?? throw new CommandException(
                    ExitCodes.Unavailable,
                    "the AWS account is unknown: STS does not identify the credentials",
                    Hint,
                    nameof(SecretErrorCode.Unreachable)
                );
        }
        catch (SecretException e)
        {
            throw new CommandException(ExitCodes.Of(e), $"the AWS account is unknown: {e.Message}", Hint, e.Code.ToString());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCodes.Unavailable,
                $"the AWS account is unknown: STS did not answer within {s_patience.TotalSeconds:0} s",
                Hint,
                nameof(SecretErrorCode.TimedOut)
            );
        }
    }
}
