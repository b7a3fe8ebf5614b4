using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Microsoft.Extensions.Logging;
using Strongroom.Resilience;

namespace Strongroom.Aws.Transport;

/// <summary>
/// Sends to one region: bounds an exchange and how many are under way, pauses while AWS throttles, and fetches credentials again
/// once when they are refused.
/// </summary>
internal sealed class AwsSender : IDisposable
{
    /// <summary>Where nothing else bounds it: writes and lists.</summary>
    internal static readonly TimeSpan LongestExchange = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A process sends fewer, unless IAM does not allow batches: then each call is as many requests as a batch has secrets.
    /// </summary>
    internal const int MostAtOnce = 64;

    // Never disposed, since requests under way release it; it owns nothing as long as no wait handle is asked of it.
    private readonly SemaphoreSlim _free = new(MostAtOnce);
    private readonly SecretsManagerClient _client;
    private readonly AwsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal AwsSender(AwsOptions options, string region, Uri? endpoint, TimeProvider time, ILogger logger)
    {
        _client = SecretsManagerClient.Create(options, region, endpoint);
        _options = options;
        _time = time;
        _logger = logger;
        Region = region;
        Gate = new ThrottleGate(
            time,
            (pause, count) => Log.Throttled(logger, count, pause.TotalSeconds),
            () => Log.ThrottleEnded(logger)
        );
    }

    internal string Region { get; }

    internal ThrottleGate Gate { get; }

    internal IClientConfig Config => _client.Config;

    /// <summary>The code with which AWS refused the credentials at last, until it takes them again.</summary>
    internal string? Refusal { get; private set; }

    /// <summary>Sends and ends the call.</summary>
    /// <exception cref="SecretException">AWS cannot answer now, or refuses the credentials.</exception>
    /// <exception cref="AwsServiceException">AWS's error about the request itself: for the caller, who knows what it
    /// means.</exception>
    internal async ValueTask<AwsReply> SendAsync(AwsCall call, CancellationToken ct, TimeSpan? limit = null)
    {
        using (call)
        {
            await _free.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                return await SendInTurnAsync(call, limit ?? LongestExchange, ct).ConfigureAwait(false);
            }
            finally
            {
                _free.Release();
            }
        }
    }

    private async ValueTask<AwsReply> SendInTurnAsync(AwsCall call, TimeSpan limit, CancellationToken ct)
    {
        if (Gate.Left is { } left)
            throw AwsErrors.Throttled(call, left);
        using var longest = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, longest.Token);
        try
        {
            return await OnceMoreWithNewCredentialsAsync(call, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            throw AwsErrors.TimedOut(call, Region);
        }
        catch (HttpRequestException e)
        {
            throw AwsErrors.Unreachable(call, Region, e.HttpRequestError);
        }
        catch (ResponseTooLargeException e)
        {
            throw AwsErrors.Unreachable(call, Region, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw AwsErrors.Unreachable(call, Region, "broke off its response");
        }
        catch (AmazonClientException e)
        {
            throw AwsErrors.NotSent(e, call, Region);
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<AwsReply> OnceMoreWithNewCredentialsAsync(AwsCall call, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                var reply = await _client.SendAsync(call, ct).ConfigureAwait(false);
                Succeeded();
                return reply;
            }
            catch (AmazonServiceException e) when (AwsErrors.IsThrottled(e))
            {
                throw AwsErrors.Throttled(call, Gate.Pause());
            }
            catch (AmazonServiceException e) when (AwsErrors.IsLogin(e))
            {
                if (isFirst && Renew(e.ErrorCode))
                    continue;
                if (Refusal is null)
                    Log.LoginRejected(_logger, e.ErrorCode);
                Refusal = e.ErrorCode;
                throw AwsErrors.LoginRejected(call, e.ErrorCode);
            }
            catch (AmazonServiceException e) when (AwsErrors.Of(e, call, Region) is { } fault)
            {
                throw fault;
            }
            catch (AmazonServiceException e) when (e is not AwsServiceException)
            {
                // Of a service that the credential chain asked.
                throw AwsErrors.LoginRejected(call, ReplyReader.NameOf(e.ErrorCode) ?? "no name");
            }
            catch (AwsServiceException)
            {
                Succeeded();
                throw;
            }
        }
    }

    /// <summary>Makes the chain fetch new credentials; false where they are ones that it cannot renew.</summary>
    private bool Renew(string code)
    {
        try
        {
            if (
                (_options.Credentials ?? DefaultAWSCredentialsIdentityResolver.GetCredentials(_client.Config))
                is not RefreshingAWSCredentials renewable
            )
                return false;
            renewable.ClearCredentials();
            Log.CredentialsRenewed(_logger, code);
            return true;
        }
        catch (AmazonClientException)
        {
            return false;
        }
    }

    private void Succeeded()
    {
        Gate.Succeeded();
        if (Refusal is null)
            return;
        Refusal = null;
        Log.LoginAccepted(_logger);
    }
}
