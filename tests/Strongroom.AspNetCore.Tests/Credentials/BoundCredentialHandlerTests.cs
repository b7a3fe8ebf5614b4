using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Credentials;

public sealed class BoundCredentialHandlerTests
{
    private const string Rejected = """{"code":40110000,"message":"request is not authorized"}""";

    private static readonly SecretName s_id = SecretName.Parse("alpaca/api_key_id");
    private static readonly SecretName s_key = SecretName.Parse("alpaca/api_secret_key");

    private readonly SecretDeclaration _declaration = SecretDeclaration.Parse(TestService.Declaration);
    private readonly FixedSecretManager _secrets;

    public BoundCredentialHandlerTests() => _secrets = new FixedSecretManager(_declaration);

    [Fact]
    public async Task Send_puts_the_credential_into_this_request_only_and_reports_it_accepted()
    {
        await using var server = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        using var http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/v2/account"));

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(_secrets.Reveal("alpaca/api_key_id"), server.Requests[0].Headers["APCA-API-KEY-ID"]);
        Assert.Equal(_secrets.Reveal("alpaca/api_secret_key"), server.Requests[0].Headers["APCA-API-SECRET-KEY"]);
        Assert.Empty(request.Headers);
        Assert.Equal("1", Assert.Single(_secrets.Accepted)[0].Version.Id);
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Staging)]
    [InlineData(DeploymentEnvironment.Production)]
    public async Task Send_to_loopback_outside_of_local_and_test_is_refused_and_nothing_arrives(DeploymentEnvironment environment)
    {
        await using var server = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        using var http = Client(environment);

        var error = await Assert.ThrowsAsync<SecretRefusedException>(() =>
            http.GetAsync(server.Address, TestContext.Current.CancellationToken)
        );

        Assert.Equal(SecretErrorCode.HostNotBound, error.Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Send_that_is_redirected_to_a_foreign_server_does_not_follow()
    {
        await using var foreign = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        await using var server = await RecordingServer.StartAsync(context =>
        {
            context.Response.Redirect(foreign.Address.ToString());
            return Task.CompletedTask;
        });
        using var http = Client();

        using var answer = await http.GetAsync(server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Empty(foreign.Requests);
        Assert.Empty(_secrets.Accepted);
    }

    [Fact]
    public async Task Rejection_superseded_by_a_newer_version_is_tried_once_more_for_a_read()
    {
        await using var server = await RejectVersionAsync("1");
        _secrets.OnRejected = _ =>
        {
            _secrets.Renew("alpaca", "2");
            return RejectionOutcome.Adopted;
        };
        using var http = Client();

        using var answer = await http.GetAsync(server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("1", Assert.Single(_secrets.Rejected)[0].Version.Id);
        Assert.Equal("2", Assert.Single(_secrets.Accepted)[0].Version.Id);
    }

    [Fact]
    public async Task Rejection_of_an_order_is_reported_and_never_sent_again()
    {
        await using var server = await RejectVersionAsync("1");
        _secrets.OnRejected = _ =>
        {
            _secrets.Renew("alpaca", "2");
            return RejectionOutcome.Adopted;
        };
        using var http = Client();

        using var answer = await http.PostAsync(
            new Uri(server.Address, "/v2/orders"),
            new StringContent("{}"),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Single(server.Requests);
        Assert.Single(_secrets.Rejected);
    }

    [Theory]
    [InlineData(RejectionOutcome.Suspect)]
    [InlineData(RejectionOutcome.Tripped)]
    public async Task Rejection_of_the_current_version_is_not_tried_again(RejectionOutcome outcome)
    {
        await using var server = await RejectVersionAsync("1");
        _secrets.OnRejected = _ => outcome;
        using var http = Client();

        using var answer = await http.GetAsync(server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Single(server.Requests);
        // The body that was looked at is still there for the caller.
        Assert.Equal(Rejected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Success_of_a_page_in_between_accepts_no_credential()
    {
        await using var server = await RecordingServer.StartAsync(context =>
            RecordingServer.Answer(context, 200, "<html>We will be back soon</html>", "text/html; charset=utf-8")
        );
        using var http = Client();

        using var answer = await http.GetAsync(server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(_secrets.Accepted);
    }

    [Theory]
    [InlineData(403, "application/json", """{"message":"insufficient buying power"}""")]
    [InlineData(407, "application/json", """{"message":"proxy"}""")]
    [InlineData(401, "text/html", "<html>log in</html>")]
    [InlineData(401, "application/json", "not json")]
    [InlineData(401, "application/json", "[]")]
    [InlineData(500, "application/json", """{"message":"broken"}""")]
    public async Task Refusal_in_another_form_is_no_rejection(int status, string type, string body)
    {
        await using var server = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, status, body, type));
        using var http = Client();

        using var answer = await http.GetAsync(server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Empty(_secrets.Rejected);
        Assert.Empty(_secrets.Accepted);
    }

    [Theory]
    [InlineData(403, """{"message":"forbidden."}""", true)]
    [InlineData(403, "<html>", false)]
    [InlineData(404, """{"message":"forbidden."}""", false)]
    public async Task Refusal_that_may_mean_the_credential_is_reported_as_a_suspicion(int status, string body, bool isReported)
    {
        await using var server = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, status, body));
        using var http = Client(isSuspicion: RejectionForms.IsJsonObject);

        using var answer = await http.GetAsync(server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(isReported ? 1 : 0, _secrets.Suspected.Count);
        Assert.Empty(_secrets.Rejected);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_that_is_larger_than_the_client_holds_is_cut_off(bool saysSo)
    {
        await using var server = await RecordingServer.StartAsync(context =>
            AnswerAtLengthAsync(context, 200, SignedCallHandler.MaxResponseBytes + 1, saysSo)
        );
        using var http = Client();

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            http.GetByteArrayAsync(server.Address, TestContext.Current.CancellationToken)
        );
        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            await using var stream = await http.GetStreamAsync(server.Address, TestContext.Current.CancellationToken);
            await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task Answer_as_large_as_the_client_holds_arrives_whole()
    {
        await using var server = await RecordingServer.StartAsync(context =>
            AnswerAtLengthAsync(context, 200, SignedCallHandler.MaxResponseBytes, saysSo: false)
        );
        using var http = Client();

        Assert.Equal(
            SignedCallHandler.MaxResponseBytes,
            (await http.GetByteArrayAsync(server.Address, TestContext.Current.CancellationToken)).Length
        );
    }

    [Fact]
    public async Task Answer_to_HEAD_is_not_judged_by_the_length_of_what_it_does_not_bring()
    {
        await using var server = await RecordingServer.StartAsync(context =>
        {
            context.Response.ContentLength = SignedCallHandler.MaxResponseBytes + 1L;
            return Task.CompletedTask;
        });
        using var http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Head, server.Address);

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refusal_that_is_larger_than_an_API_s_is_no_rejection_and_leaves_the_caller_its_status(bool saysSo)
    {
        await using var server = await RecordingServer.StartAsync(context =>
            AnswerAtLengthAsync(context, 401, 1024 * 1024, saysSo)
        );
        using var http = Client();

        using var answer = await http.GetAsync(server.Address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Empty(_secrets.Rejected);
    }

    [Fact]
    public async Task Value_that_no_header_carries_is_refused_without_being_shown()
    {
        await using var server = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        var value = $"{_secrets.Reveal("alpaca/api_key_id")}\r\nX-Injected: 1";
        _secrets.Put(s_id, SecretValue.FromText(value));
        using var http = Client();

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            http.GetAsync(server.Address, TestContext.Current.CancellationToken)
        );

        Assert.DoesNotContain(value[..20], error.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private HttpClient Client(
        DeploymentEnvironment environment = DeploymentEnvironment.Test,
        Func<HttpResponseMessage, ReadOnlyMemory<byte>, bool>? isSuspicion = null
    ) =>
        new(
            new BoundCredentialHandler(
                _secrets,
                _secrets,
                new CredentialBinding(_declaration, [s_id, s_key], environment),
                new BoundCredentialOptions
                {
                    Secrets = [s_id, s_key],
                    Headers = set =>
                        [new("APCA-API-KEY-ID", set[s_id].Value.Reveal()), new("APCA-API-SECRET-KEY", set[s_key].Value.Reveal())],
                    IsSuspicion = isSuspicion ?? new BoundCredentialOptions { Secrets = [], Headers = _ => [] }.IsSuspicion,
                },
                NullLogger<BoundCredentialHandler>.Instance
            )
            {
                InnerHandler = BoundSockets.Create(),
            }
        );

    private Task<RecordingServer> RejectVersionAsync(string version)
    {
        Assert.Equal("1", version);
        var bad = _secrets.Reveal("alpaca/api_key_id");
        return RecordingServer.StartAsync(context =>
            context.Request.Headers["APCA-API-KEY-ID"] == bad
                ? RecordingServer.Answer(context, 401, Rejected)
                : RecordingServer.Answer(context, 200)
        );
    }

    private static async Task AnswerAtLengthAsync(HttpContext context, int status, int length, bool saysSo)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (saysSo)
            context.Response.ContentLength = length;
        var spaces = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
        for (var sent = 0; sent < length; sent += spaces.Length)
            await context.Response.Body.WriteAsync(
                spaces.AsMemory(0, Math.Min(spaces.Length, length - sent)),
                context.RequestAborted
            );
    }
}
