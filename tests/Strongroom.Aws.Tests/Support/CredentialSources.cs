using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Support;

/// <summary>
/// What the SDK's chain asks for credentials, on one address of loopback: STS, a container's agent, instance metadata v2 and the
/// portal of
/// SSO. Each gives a temporary credential that the fixture's Secrets Manager knows, and only to who shows what is asked.
/// </summary>
internal sealed class CredentialSources : IAsyncDisposable
{
    private const string MetadataToken = "X-aws-ec2-metadata-token";

    private readonly WebApplication _app;
    private readonly AwsFixture _fixture;

    private CredentialSources(WebApplication app, AwsFixture fixture) => (_app, _fixture) = (app, fixture);

    public string Url => _app.Urls.First();

    /// <summary>
    /// What a caller must show: the container's authorization, the metadata token, the SSO token, a web identity.
    /// </summary>
    public string Token { get; } = AwsFixture.Fresh();

    /// <summary>The access key id with which roles may be assumed.</summary>
    public string? RoleIsAssumedBy { get; set; }

    public ConcurrentQueue<string> Asked { get; } = [];

    public static async Task<CredentialSources> StartAsync(AwsFixture fixture)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var sources = new CredentialSources(app, fixture);
        app.Run(sources.AnswerAsync);
        await app.StartAsync();
        return sources;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var form = request.HasFormContentType ? await request.ReadFormAsync() : null;
        Asked.Enqueue(form is null ? $"{request.Method} {request.Path}" : form["Action"].ToString());
        var answer = form is not null
            ? Sts(request, form)
            : (request.Method, request.Path.Value) switch
            {
                ("GET", "/container") when request.Headers.Authorization == Token => Keys("Token").ToJsonString(),
                ("PUT", "/latest/api/token") when request.Headers["X-aws-ec2-metadata-token-ttl-seconds"].Count == 1 => Token,
                ("GET", "/latest/meta-data/iam/security-credentials" or "/latest/meta-data/iam/security-credentials/")
                    when IsMetadata(request) => "some-role",
                ("GET", "/latest/meta-data/iam/security-credentials/some-role") when IsMetadata(request) => Metadata(),
                ("GET", "/latest/dynamic/instance-identity/document") when IsMetadata(request) =>
                    $$"""{"region":"{{_fixture.Server.Region}}"}""",
                ("GET", "/federation/credentials") when request.Headers["x-amz-sso_bearer_token"] == Token => Portal(),
                _ => null,
            };
        context.Response.StatusCode = answer is null
            ? request.Path.StartsWithSegments("/latest", StringComparison.Ordinal)
                ? 404
                : 403
            : 200;
        await context.Response.WriteAsync(answer ?? "");
    }

    private bool IsMetadata(HttpRequest request) => request.Headers[MetadataToken] == Token;

    private string? Sts(HttpRequest request, IFormCollection form)
    {
        var action = form["Action"].ToString();
        var isKnown = action switch
        {
            "AssumeRole" => request
                .Headers.Authorization.ToString()
                .Contains($"Credential={RoleIsAssumedBy}/", StringComparison.Ordinal),
            "AssumeRoleWithWebIdentity" => form["WebIdentityToken"] == Token,
            _ => false,
        };
        if (!isKnown)
            return null;
        var keys = Issue();
        return $"""
            <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
            <AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>{form["RoleArn"]}</Arn></AssumedRoleUser>
            <Credentials><AccessKeyId>{keys.AccessKeyId}</AccessKeyId><SecretAccessKey>{keys.SecretAccessKey}</SecretAccessKey>
            <SessionToken>{keys.SessionToken}</SessionToken>
            <Expiration>{keys.Expiration:yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials>
            </{action}Result><ResponseMetadata><RequestId>{Guid.NewGuid()}</RequestId></ResponseMetadata></{action}Response>
            """;
    }

    private string Metadata()
    {
        var keys = Keys("Token");
        keys["Code"] = "Success";
        keys["Type"] = "AWS-HMAC";
        keys["LastUpdated"] = keys["Expiration"]!.GetValue<string>();
        return keys.ToJsonString();
    }

    private string Portal()
    {
        var keys = Issue();
        return new JsonObject
        {
            ["roleCredentials"] = new JsonObject
            {
                ["accessKeyId"] = keys.AccessKeyId,
                ["secretAccessKey"] = keys.SecretAccessKey,
                ["sessionToken"] = keys.SessionToken,
                ["expiration"] = keys.Expiration!.Value.ToUnixTimeMilliseconds(),
            },
        }.ToJsonString();
    }

    private JsonObject Keys(string token)
    {
        var keys = Issue();
        return new JsonObject
        {
            ["AccessKeyId"] = keys.AccessKeyId,
            ["SecretAccessKey"] = keys.SecretAccessKey,
            [token] = keys.SessionToken,
            ["Expiration"] = $"{keys.Expiration:yyyy-MM-ddTHH:mm:ssZ}",
        };
    }

    private SecretsManagerCredential Issue() => _fixture.Server.IssueTemporaryCredential(TimeSpan.FromHours(1));
}
