using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Aws;
using Strongroom.Backends;

namespace Strongroom.Benchmarks;

/// <summary>
/// A read of one secret from Secrets Manager through the SDK's pipeline, beside a bare <see cref="HttpClient"/> that signs the
/// same request itself. The delay simulates the round trip to AWS: 0 ms shows what we and the SDK cost, 5 ms is a call within
/// a region. Target: 1.1 times the bare one's time.
/// </summary>
[MemoryDiagnoser]
public class AwsReadBenchmarks
{
    private const string KeyId = "AKIABENCH";

    private readonly string _key = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
    private readonly SecretRequest[] _requests =
    [
        new("bench", [new(SecretName.Parse("database/password"), SecretName.Parse("database/password"))], ReadPurpose.Refresh),
    ];
    private StubServer _server = null!;
    private HttpClient _http = null!;
    private AwsBackend _backend = null!;

    [Params(0, 5)]
    public int Delay { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _server = StubServer.SecretsManager(TimeSpan.FromMilliseconds(Delay));
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
            }
        );
        _backend = new AwsBackend(
            new AwsOptions
            {
                Region = "eu-west-1",
                Endpoint = _server.Url,
                Credentials = new BasicAWSCredentials(KeyId, _key),
            },
            "",
            TimeProvider.System,
            NullLogger.Instance
        );
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _backend.Dispose();
        _http.Dispose();
        _server.Dispose();
    }

    [Benchmark(Baseline = true)]
    public async Task<byte[]> Http_client()
    {
        var body = """{"SecretId":"database/password","VersionStage":"AWSCURRENT"}"""u8.ToArray();
        var at = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Url)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1") },
            },
        };
        request.Headers.TryAddWithoutValidation("X-Amz-Date", at);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "secretsmanager.GetSecretValue");
        request.Headers.TryAddWithoutValidation("Authorization", Signature(at, body));
        using var response = await _http.SendAsync(request);
        return await response.Content.ReadAsByteArrayAsync();
    }

    [Benchmark]
    public Task<byte[]> Http_client_again() => Http_client();

    [Benchmark]
    public async Task<int> Strongroom_read()
    {
        var answers = await _backend.ReadAsync(_requests, CancellationToken.None);
        foreach (var value in answers[0].Values!)
            value.Dispose();
        return answers.Count;
    }

    private string Signature(string at, byte[] body)
    {
        const string Signed = "content-type;host;x-amz-date;x-amz-target";
        var canonical =
            $"POST\n/\n\ncontent-type:application/x-amz-json-1.1\nhost:{_server.Url.Authority}\nx-amz-date:{at}\n"
            + $"x-amz-target:secretsmanager.GetSecretValue\n\n{Signed}\n{Hash(body)}";
        var scope = $"{at[..8]}/eu-west-1/secretsmanager/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + _key);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Convert.ToHexStringLower(
            HMACSHA256.HashData(
                key,
                Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{at}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}")
            )
        );
        return $"AWS4-HMAC-SHA256 Credential={KeyId}/{scope}, SignedHeaders={Signed}, Signature={signature}";
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
