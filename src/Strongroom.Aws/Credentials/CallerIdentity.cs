using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Strongroom.Aws.Transport;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Credentials;

/// <summary>Whom the credentials belong to.</summary>
internal sealed record Caller(string Arn, string Account);

/// <summary>
/// Asks STS who asks. It needs no permission, and it is another service: nothing that a service does waits for it, and that it is
/// away says nothing of Secrets Manager.
/// </summary>
internal sealed class CallerIdentity(AwsOptions options, string region)
{
    private const int LargestAnswer = 64 * 1024;

    private Caller? _known;

    /// <summary>Once; null where STS does not say.</summary>
    /// <exception cref="SecretAccessDeniedException">AWS does not take the credentials.</exception>
    /// <exception cref="SecretUnavailableException">There are none, or they could not be fetched.</exception>
    internal async ValueTask<Caller?> AskAsync(CancellationToken ct)
    {
        if (_known is { } known)
            return known;
        using var http = SecretsManagerHttp.CreateBounded(LargestAnswer);
        using var client = Create(new SecretsManagerHttp(http));
        try
        {
            var reply = await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), ct).ConfigureAwait(false);
            return _known = string.IsNullOrEmpty(reply.Arn) ? null : new Caller(reply.Arn, reply.Account ?? "");
        }
        catch (AmazonServiceException e) when (AwsErrors.IsLogin(e))
        {
            throw AwsErrors.LoginRejected(null, e.ErrorCode);
        }
        catch (Exception e) when (e is AmazonServiceException or HttpRequestException or IOException)
        {
            return null;
        }
        catch (AmazonClientException e)
        {
            throw AwsErrors.NotSent(e, null, region);
        }
    }

    private AmazonSecurityTokenServiceClient Create(SecretsManagerHttp http)
    {
        var config = new AmazonSecurityTokenServiceConfig
        {
            HttpClientFactory = http,
            DisableLogging = true,
            LogResponse = false,
            AllowAutoRedirect = false,
            MaxErrorRetry = 1,
        };
        ServiceEndpoint.Configure(
            config,
            options,
            region,
            options.IdentityEndpoint ?? (options.Endpoint is { } own && PeerAddress.IsLoopback(own) ? own : null)
        );
        return options.Credentials is { } credentials
            ? new AmazonSecurityTokenServiceClient(credentials, config)
            : new AmazonSecurityTokenServiceClient(config);
    }
}
