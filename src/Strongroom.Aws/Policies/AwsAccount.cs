using Strongroom.Aws.Credentials;

namespace Strongroom.Aws.Policies;

/// <summary>The account that a policy names.</summary>
public static class AwsAccount
{
    /// <summary>Asks STS for the account of the credentials, which needs no permission.</summary>
    /// <param name="options">Region and credentials, validated (<see cref="AwsOptions.Read"/>).</param>
    /// <param name="ct">Cancels the operation.</param>
    /// <returns>The twelve digits; null if STS does not report it.</returns>
    /// <exception cref="SecretAccessDeniedException">AWS does not accept the credentials.</exception>
    /// <exception cref="SecretUnavailableException">There are no credentials, or they could not be fetched.</exception>
    public static async ValueTask<string?> AskAsync(AwsOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (await new CallerIdentity(options, options.Region!).AskAsync(ct).ConfigureAwait(false))?.Account;
    }
}
