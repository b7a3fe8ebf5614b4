namespace Strongroom.Testing.Tests.Aws;

public sealed class SecretsManagerServerProgramTests : IDisposable
{
    private readonly StringWriter stderr = new();

    public void Dispose() => stderr.Dispose();

    [Fact]
    public async Task Run_UntilEnded_TellsWhereItListensAndHowToUseIt()
    {
        using var ended = new CancellationTokenSource();
        using var told = new FirstLineWriter();
        var running = SecretsManagerServerProgram.RunAsync(
            ["--port", "0", "--region", "eu-west-1"],
            _ => null,
            told,
            ended.Token
        );
        var line = (await told.First.WaitAsync(TestContext.Current.CancellationToken)).Split('\n')[1];
        Assert.Contains(
            "AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test",
            line,
            StringComparison.Ordinal
        );
        using var caller = new AwsCaller(
            new Uri(line.Split("AWS_ENDPOINT_URL=")[1].Split(' ')[0]),
            new("test", "test"),
            TimeProvider.System,
            "eu-west-1"
        );
        await caller.DoAsync("ListSecrets");
        await ended.CancelAsync();
        Assert.Equal(0, await running);
        Assert.EndsWith("aws: ended\n", told.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "many")]
    [InlineData("--key", "x")]
    public async Task Run_WithWrongUsage_SaysHowAndExitsWith2(params string[] args)
    {
        Assert.Equal(
            2,
            await SecretsManagerServerProgram.RunAsync(args, _ => null, stderr, TestContext.Current.CancellationToken)
        );
        Assert.Contains("usage: [--port N]", stderr.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhereItCannotStart_SaysWhyAndExitsWith1()
    {
        await using var other = await SecretsManagerServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            1,
            await SecretsManagerServerProgram.RunAsync(
                ["--port", $"{other.Url.Port}"],
                _ => null,
                stderr,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            1,
            await SecretsManagerServerProgram.RunAsync(
                ["--region", "here"],
                _ => null,
                stderr,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            1,
            await SecretsManagerServerProgram.RunAsync([], _ => "production", stderr, TestContext.Current.CancellationToken)
        );
        foreach (
            var part in new[]
            {
                $"port {other.Url.Port} is in use",
                "Region is a region such as us-east-1",
                "DEPLOYMENT_ENV is 'production'",
            }
        )
            Assert.Contains(part, stderr.ToString(), StringComparison.Ordinal);
    }

    private sealed class FirstLineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => first.Task;

        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            first.TrySetResult(value ?? "");
        }
    }
}
