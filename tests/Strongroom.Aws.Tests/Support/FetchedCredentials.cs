using Amazon.Runtime;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Support;

/// <summary>Credentials that are fetched again when they have expired or are refused, as those of a role are.</summary>
internal sealed class FetchedCredentials(Func<SecretsManagerCredential> fetch) : RefreshingAWSCredentials
{
    public int Fetches { get; private set; }

    public SecretsManagerCredential? Last { get; private set; }

    protected override CredentialsRefreshState GenerateNewCredentials()
    {
        Fetches++;
        Last = fetch();
        return new CredentialsRefreshState(
            new ImmutableCredentials(Last.AccessKeyId, Last.SecretAccessKey, Last.SessionToken),
            Last.Expiration!.Value.UtcDateTime
        );
    }

    protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() => Task.FromResult(GenerateNewCredentials());
}
