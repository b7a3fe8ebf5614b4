using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Strongroom.Testing.Aws;
using Strongroom.Testing.Aws.Operations;
using Strongroom.Testing.Aws.Policies;
using Strongroom.Testing.Aws.Secrets;
using Strongroom.Testing.Aws.Signing;

namespace Strongroom.Testing;

/// <summary>
/// AWS Secrets Manager on 127.0.0.1, after its documented rules: signed requests, versions and staging labels, deletion windows,
/// replicas in any region, policies. It keeps everything in memory. It answers STS's <c>GetCallerIdentity</c> too.
/// </summary>
public sealed class SecretsManagerServer : IAsyncDisposable
{
    private readonly LoopbackServer server;
    private readonly ShiftedTime time;
    private readonly CredentialStore credentials;
    private readonly SecretStore store;
    private readonly AwsEndpoint endpoint;
    private readonly SecretsManagerCredential first;

    private SecretsManagerServer(SecretsManagerServerOptions options)
    {
        time = new ShiftedTime(options.TimeProvider);
        (Region, AccountId, Faults) = (options.Region, options.AccountId, new FaultPlan(options.TimeProvider));
        credentials = new CredentialStore(options.AccountId);
        first = credentials.Issue(options.AccessKeyId, options.SecretAccessKey);
        store = new SecretStore(options.AccountId, time, options.NameReuseDelay, new ListViews(options.ListLag));
        var api = new SecretsManagerApi(
            store,
            new RequestRates(options.ReadsPerSecond, options.WritesPerSecond),
            options.EmptyFirstPages
        );
        endpoint = new AwsEndpoint(api, new SignatureVerifier(credentials, time), time, options.AccountId);
        server = new LoopbackServer(Configure, Faults, options.LoggerProvider);
    }

    /// <summary>The base address, for every region and for STS.</summary>
    public Uri Url => new($"http://127.0.0.1:{server.Port}");

    /// <summary>The default region. All other regions are served as well.</summary>
    public string Region { get; }

    /// <summary>The account in ARNs.</summary>
    public string AccountId { get; }

    /// <summary>The id of the credential that may do everything until it is given a policy.</summary>
    public string AccessKeyId => first.AccessKeyId;

    /// <summary>Its secret. It must not be printed unless it is disposable.</summary>
    public string SecretAccessKey => first.SecretAccessKey;

    /// <summary>The faults that it injects.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Counts of the received requests.</summary>
    public SecretsManagerRequestCounts Requests { get; } = new();

    /// <summary>
    /// How far its clock is ahead of the true one. Default zero. Affects <c>Date</c> and the signatures that it accepts.
    /// </summary>
    public TimeSpan ClockSkew
    {
        get => time.Shift;
        set => time.Shift = value;
    }

    /// <summary>
    /// Whether replicas stop following their primaries. When set back to false, they catch up.
    /// </summary>
    public bool ReplicationPaused
    {
        get
        {
            lock (store.Gate)
                return store.Replication.Paused;
        }
        set
        {
            lock (store.Gate)
                store.Replication.Paused = value;
        }
    }

    /// <summary>Starts a Secrets Manager.</summary>
    /// <param name="options">The options; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">The deployment is not a local or test one.</exception>
    /// <exception cref="ArgumentException">The options are invalid; all errors are listed.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<SecretsManagerServer> StartAsync(
        SecretsManagerServerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new SecretsManagerServerOptions();
        options.Validate();
        var started = new SecretsManagerServer(options);
        await started.server.StartAsync(options.Port, cancellationToken);
        return started;
    }

    /// <summary>Issues permanent credentials of a new user.</summary>
    /// <param name="policy">Its IAM policy as JSON. Default null: it may do everything.</param>
    /// <exception cref="ArgumentException">The policy is invalid; all errors are listed.</exception>
    public SecretsManagerCredential IssueCredential(string? policy = null) => WithPolicy(() => credentials.Issue(), policy);

    /// <summary>Issues temporary credentials of an assumed role, with a session token.</summary>
    /// <param name="lifetime">How long they are valid, by the server's clock.</param>
    /// <param name="policy">As for <see cref="IssueCredential"/>.</param>
    /// <exception cref="ArgumentException">The policy is invalid; all errors are listed.</exception>
    public SecretsManagerCredential IssueTemporaryCredential(TimeSpan lifetime, string? policy = null) =>
        WithPolicy(() => credentials.IssueTemporary(time.GetUtcNow() + lifetime), policy);

    /// <summary>Changes the policy of a credential.</summary>
    /// <param name="accessKeyId">The credential's access key id.</param>
    /// <param name="policy">IAM JSON; null lets it do everything.</param>
    /// <exception cref="ArgumentException">The policy is invalid, or the credential is unknown.</exception>
    public void SetPolicy(string accessKeyId, string? policy) =>
        Known(accessKeyId).Access.Policy = policy is null ? null : PolicyDocument.Parse(policy);

    /// <summary>Denies an action to a credential, regardless of its policy.</summary>
    /// <param name="accessKeyId">The credential's access key id.</param>
    /// <param name="action">Such as <c>GetSecretValue</c>, or <c>*</c>.</param>
    /// <param name="secret">The name of a secret; null for all secrets, and for actions without one.</param>
    public void Deny(string accessKeyId, string action, string? secret = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        IReadOnlyList<string> resources = secret is null
            ? ["*"]
            : [$"arn:*:secretsmanager:*:*:secret:{secret}-??????", $"arn:*:secretsmanager:*:*:secret:{secret}"];
        Known(accessKeyId)
            .Access.Deny(
                new(Allows: false, new([$"secretsmanager:{action}"], Negated: false), new(resources, Negated: false), [])
            );
    }

    /// <summary>Reverts every <see cref="Deny"/> for a credential.</summary>
    /// <param name="accessKeyId">The credential's access key id.</param>
    public void ClearDenials(string accessKeyId) => Known(accessKeyId).Access.ClearDenials();

    /// <summary>Expires a credential: requests with it fail as with an expired token.</summary>
    /// <param name="accessKeyId">The credential's access key id.</param>
    public void Expire(string accessKeyId) => Known(accessKeyId).Expires = DateTimeOffset.MinValue;

    /// <summary>Deletes a credential, like deleting an access key.</summary>
    /// <param name="accessKeyId">The credential's access key id.</param>
    public void Revoke(string accessKeyId) => credentials.Remove(accessKeyId);

    /// <summary>Closes the port, so that connections are refused; secrets and credentials are kept.</summary>
    public Task StopListeningAsync() => server.StopAsync();

    /// <summary>Opens the same port again.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task ListenAgainAsync(CancellationToken cancellationToken = default) =>
        server.StartAsync(server.Port, cancellationToken);

    /// <summary>Closes the port permanently.</summary>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private SecretsManagerCredential WithPolicy(Func<SecretsManagerCredential> issue, string? policy)
    {
        var parsed = policy is null ? null : PolicyDocument.Parse(policy);
        var issued = issue();
        Known(issued.AccessKeyId).Access.Policy = parsed;
        return issued;
    }

    private Credential Known(string accessKeyId) =>
        credentials.Find(accessKeyId)
        ?? throw new ArgumentException("The access key id is none of this server's.", nameof(accessKeyId));

    // Outermost first: whose request, count and date, faults, then the service. A fault's answer carries date and request id too.
    private void Configure(WebApplication app)
    {
        app.Use(AwsEndpoint.RefuseForeignHostsAsync);
        app.Use(CountAsync);
        app.UseFaults(Faults);
        app.Run(endpoint.AnswerAsync);
    }

    private async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.Date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        Requests.Begin();
        var counted = false;
        // Counted before the first byte is sent, so that a client that has its response finds it counted.
        context.Response.OnStarting(() =>
        {
            Count(context.Response.StatusCode);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            Count(context.RequestAborted.IsCancellationRequested ? 0 : context.Response.StatusCode);
        }

        void Count(int status)
        {
            if (!counted)
                Requests.Add(
                    context.Connection.Id,
                    AwsEndpoint.OperationOf(context.Request),
                    status,
                    (context.Items[typeof(AwsError)] as AwsError)?.Code ?? ""
                );
            counted = true;
        }
    }
}
