namespace Strongroom.Testing.Tests.Vault;

public sealed class VaultServerProgramTests : IDisposable
{
    private readonly StringWriter stderr = new();

    public void Dispose() => stderr.Dispose();

    [Fact]
    public async Task Run_UntilEnded_TellsWhereItListensAndHowToUseIt()
    {
        using var ended = new CancellationTokenSource();
        using var told = new FirstLineWriter();
        var running = VaultServerProgram.RunAsync(["--port", "0", "--release", "1.8"], _ => null, told, ended.Token);
        var lines = (await told.First.WaitAsync(TestContext.Current.CancellationToken)).Split('\n');
        var line = lines[1];
        Assert.StartsWith(
            "vault: export DEPLOYMENT_ENV=local SECRET_BACKEND=vault VAULT_ADDR=http://127.0.0.1:",
            line,
            StringComparison.Ordinal
        );
        Assert.EndsWith(" VAULT_TOKEN=root", line, StringComparison.Ordinal);
        using var caller = new VaultCaller(new Uri(line.Split("VAULT_ADDR=")[1].Split(' ')[0]), "root");
        (await caller.GetAsync("secret/config")).Is(200);
        Assert.Equal("1.8.0-dev", (await caller.GetAsync("sys/health")).Json.Text("version"));
        (await caller.PostAsync("sys/seal", new { })).Is(204);
        (await caller.PostAsync("sys/unseal", new { key = lines[2].Split(' ')[3] })).Is(200);
        (await caller.GetAsync("secret/config")).Is(200);
        await ended.CancelAsync();
        Assert.Equal(0, await running);
        Assert.EndsWith("vault: ended\n", told.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "many")]
    [InlineData("--release", "3")]
    [InlineData("--token", "x")]
    public async Task Run_WithWrongUsage_SaysHowAndExitsWith2(params string[] args)
    {
        Assert.Equal(2, await VaultServerProgram.RunAsync(args, _ => null, stderr, TestContext.Current.CancellationToken));
        Assert.Contains("usage: [--port N]", stderr.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhereThePortIsTakenOrTheDeploymentIsNot_ExitsWith1()
    {
        await using var other = await VaultServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            1,
            await VaultServerProgram.RunAsync(
                ["--port", $"{other.Url.Port}"],
                _ => null,
                stderr,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains($"port {other.Url.Port} is in use", stderr.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await VaultServerProgram.RunAsync([], _ => "production", stderr, TestContext.Current.CancellationToken));
        Assert.Contains("DEPLOYMENT_ENV is 'production'", stderr.ToString(), StringComparison.Ordinal);
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
