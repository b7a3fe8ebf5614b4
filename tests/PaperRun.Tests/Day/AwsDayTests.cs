using PaperRun.Tests.Support;
using Strongroom.Peers;
using Strongroom.Testing;

namespace PaperRun.Tests.Day;

/// <summary>
/// A short day with the secrets in a Secrets Manager that the operator names. The run's own is in the tests of its end.
/// </summary>
public sealed class AwsDayTests : IDisposable
{
    private readonly RunLocation _location = new();

    [Fact]
    public async Task Named_Secrets_Manager_is_used_and_its_keys_are_shown_nowhere()
    {
        _location.WriteDotenv();
        await using var aws = await SecretsManagerServer.StartAsync();
        await using var run = _location.Start(
            new Dictionary<string, string>
            {
                ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = aws.Url.GetLeftPart(UriPartial.Authority),
                ["AWS_REGION"] = aws.Region,
                ["AWS_ACCESS_KEY_ID"] = aws.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = aws.SecretAccessKey,
            },
            "--backend",
            "aws",
            "--cycles",
            "2",
            "--symbols",
            "AAPL"
        );

        Assert.True(await run.WaitForExitAsync() == 0, run.Errors);
        Assert.Contains(
            $"Secrets: AWS Secrets Manager at {aws.Url.GetLeftPart(UriPartial.Authority)}, ",
            run.Errors,
            StringComparison.Ordinal
        );
        Assert.Equal(aws.Requests.Of("CreateSecret", 200), aws.Requests.Of("DeleteSecret", 200));
        Assert.DoesNotContain(aws.SecretAccessKey, run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_Secrets_Manager_may_be_one_that_others_wrote()
    {
        MotoServer? moto = null;
        try
        {
            moto = await MotoServer.StartAsync();
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
        }
        await using (moto)
        {
            _location.WriteDotenv();
            var origin = moto.Url.GetLeftPart(UriPartial.Authority);
            await using var run = _location.Start(
                new Dictionary<string, string>
                {
                    ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = origin,
                    ["AWS_ACCESS_KEY_ID"] = "any",
                    ["AWS_SECRET_ACCESS_KEY"] = $"{Guid.NewGuid():N}",
                },
                "--backend",
                "aws",
                "--cycles",
                "2",
                "--symbols",
                "AAPL"
            );

            Assert.True(await run.WaitForExitAsync() == 0, run.Errors);
            Assert.Contains($"Secrets: AWS Secrets Manager at {origin}, ", run.Errors, StringComparison.Ordinal);
            var summary = new SummaryText(run.Output);
            Assert.Equal(2, summary.Cycles);
            Assert.Equal(
                Programs.Services.Count + 1,
                summary
                    .Accesses.Where(access => access is { Operation: "fetch", Source: "backend", Outcome: "success" })
                    .Select(access => access.Service)
                    .Distinct()
                    .Count()
            );
        }
    }

    [Fact]
    public async Task Named_Secrets_Manager_without_keys_is_refused()
    {
        _location.WriteDotenv();
        await using var run = _location.Start(
            new Dictionary<string, string> { ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = "http://127.0.0.1:1" },
            "--backend",
            "aws"
        );

        Assert.Equal(1, await run.WaitForExitAsync());
        Assert.Contains("needs AWS_ACCESS_KEY_ID", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _location.Dispose();
}
