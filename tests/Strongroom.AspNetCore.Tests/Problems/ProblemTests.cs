using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Problems;

public class ProblemTests
{
    [Theory]
    [InlineData(SecretErrorCode.BreakerRefused, 503)]
    [InlineData(SecretErrorCode.Undeclared, 500)]
    public async Task Refusal_is_answered_with_its_code_and_without_its_message(SecretErrorCode code, int status)
    {
        var word = RandomNumberGenerator.GetHexString(24);
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/x", string () =>
                    throw new SecretRefusedException(code, word, inner: new InvalidOperationException(word))
                )
                .AllowAnyone()
        );

        using var answer = await service.GetAsync(service.Service, "/x");
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains($"\"code\":\"{code}\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain(word, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_is_answered_with_the_wait_that_the_backend_asked_for()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/x", string () =>
                    throw new SecretUnavailableException(
                        SecretErrorCode.Throttled,
                        "Slow down.",
                        retryAfter: TimeSpan.FromSeconds(7)
                    )
                )
                .AllowAnyone()
        );

        using var answer = await service.GetAsync(service.Service, "/x");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Unexpected_failure_is_500_and_says_nothing_of_it()
    {
        var word = RandomNumberGenerator.GetHexString(24);
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/x", string () => throw new InvalidOperationException(word)).AllowAnyone()
        );

        using var answer = await service.GetAsync(service.Service, "/x");
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("""{"title":"Internal Server Error","status":500}""", body);
    }
}
