using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using Strongroom.Aws.Sdk;

namespace Strongroom.Aws.Transport;

/// <summary>
/// Secrets Manager on the SDK's own pipeline, which finds credentials, signs, corrects the clock and retries. Only what is around
/// the wire is ours: how a call is written, how an answer is read, and how often it is sent.
/// </summary>
internal sealed class SecretsManagerClient : AmazonServiceClient
{
    private static readonly InvokeOptions s_options = new()
    {
        RequestMarshaller = CallMarshaller.Instance,
        ResponseUnmarshaller = NoUnmarshaller.Instance,
    };

    private readonly HttpClient _http;

    private SecretsManagerClient(SecretsManagerConfig config, HttpClient http)
        : base(config) => _http = http;

    private SecretsManagerClient(AWSCredentials credentials, SecretsManagerConfig config, HttpClient http)
        : base(credentials, config) => _http = http;

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata();

    protected override bool SupportResponseLogging => false;

    internal static SecretsManagerClient Create(AwsOptions options, string region, Uri? endpoint)
    {
        CredentialServices.Keep();
        var http = SecretsManagerHttp.Create();
        var config = Configure(options, region, endpoint, new SecretsManagerHttp(http));
        return options.Credentials is { } credentials
            ? new SecretsManagerClient(credentials, config, http)
            : new SecretsManagerClient(config, http);
    }

    internal Task<AwsReply> SendAsync(AwsCall call, CancellationToken ct) => InvokeAsync<AwsReply>(call, s_options, ct);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        pipeline.ReplaceHandler<Unmarshaller>(new ReplyReader());
        pipeline.ReplaceHandler<EndpointResolver>(new SecretsManagerEndpoints.Resolver());
        pipeline.AddHandlerAfter<RetryHandler>(new SignatureVersion4());
        pipeline.ReplaceHandler<RetryHandler>(
            new RetryHandler(
                Config.RetryMode == RequestRetryMode.Adaptive ? new AdaptiveAttempts(Config) : new StandardAttempts(Config)
            )
        );
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _http?.Dispose();
    }

    /// <summary>Every operation of the service is signed in the same way.</summary>
    private sealed class SignatureVersion4 : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) =>
            AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class Metadata : IServiceMetadata
    {
        public string ServiceId => "Secrets Manager";

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    /// <summary>Never called: <see cref="ReplyReader"/> runs before it.</summary>
    private sealed class NoUnmarshaller : ResponseUnmarshaller
    {
        internal static readonly NoUnmarshaller Instance = new();

        public override AmazonWebServiceResponse Unmarshall(UnmarshallerContext input) => throw new NotSupportedException();

        protected override UnmarshallerContext ConstructUnmarshallerContext(
            Stream responseStream,
            bool maintainResponseBody,
            IWebResponseData response,
            bool isException
        ) => throw new NotSupportedException();

        protected override UnmarshallerContext ConstructUnmarshallerContext(
            Stream responseStream,
            bool maintainResponseBody,
            IWebResponseData response,
            bool isException,
            IRequestContext requestContext
        ) => throw new NotSupportedException();
    }

    /// <summary>For the first region, or for the one that is read while it is away. Each is where it is told to be, and nowhere
    /// that the environment says for the other one.</summary>
    internal static SecretsManagerConfig Configure(AwsOptions options, string region, Uri? endpoint, HttpClientFactory http)
    {
        var config = new SecretsManagerConfig { HttpClientFactory = http, IgnoreConfiguredEndpointUrls = true };
        ServiceEndpoint.Configure(config, options, region, endpoint);
        config.RetryMode = options.RetryMode == AwsRetryMode.Adaptive ? RequestRetryMode.Adaptive : RequestRetryMode.Standard;
        config.MaxErrorRetry = (options.MaxAttempts ?? 1) - 1;
        return config;
    }
}
