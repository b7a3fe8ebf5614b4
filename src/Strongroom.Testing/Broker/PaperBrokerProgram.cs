namespace Strongroom.Testing;

/// <summary>The paper broker as a program of its own, for <c>make broker</c>.</summary>
public static class PaperBrokerProgram
{
    /// <summary>The port without <c>--port</c>.</summary>
    public const int DefaultPort = 8210;

    /// <summary>
    /// Runs market days, one after the other, until Ctrl-C or SIGTERM. Accepts the pair in <c>ALPACA_API_KEY_ID</c> and
    /// <c>ALPACA_API_SECRET_KEY</c>; without them it makes one and prints it to stdout, and nothing else goes there.
    /// </summary>
    /// <param name="args"><c>--port N</c>, <c>--acceleration X</c>, <c>--seed N</c>, <c>--date YYYY-MM-DD</c>.</param>
    /// <param name="cancellationToken">Ends it as Ctrl-C does.</param>
    /// <returns>The exit code: 0 ended, 1 could not start, 2 wrong usage.</returns>
    public static Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default) =>
        ServerProgram.UntilEndedAsync(
            ct => RunAsync(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error, TimeProvider.System, ct),
            cancellationToken
        );

    internal static async Task<int> RunAsync(
        string[] args,
        Func<string, string?> environment,
        TextWriter stdout,
        TextWriter stderr,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (PaperBrokerArguments.Parse(args, out var usage) is not { } arguments)
            return await FailAsync(2, usage);
        var keyId = environment("ALPACA_API_KEY_ID");
        var secret = environment("ALPACA_API_SECRET_KEY");
        if (string.IsNullOrEmpty(keyId) != string.IsNullOrEmpty(secret))
            return await FailAsync(2, "set both ALPACA_API_KEY_ID and ALPACA_API_SECRET_KEY, or neither for a fresh pair");
        return await ServerProgram.ServeAsync("paper broker", arguments.Port, stderr, ServeAsync, ct);

        async Task ServeAsync()
        {
            var options = arguments.ToOptions(environment("DEPLOYMENT_ENV"), time);
            await using var broker = await PaperBroker.StartAsync(options, ct);
            if (string.IsNullOrEmpty(keyId))
                await PrintAsync(broker.IssueKeyPair(), stdout);
            else
                broker.AddKeyPair(new KeyPair(keyId, secret!));
            await stderr.WriteLineAsync(
                $"paper broker: listening on {broker.Url.GetLeftPart(UriPartial.Authority)}, market days from "
                    + $"{options.TradingDate:yyyy-MM-dd}, "
                    + $"one minute takes {60 / arguments.Acceleration:0.###} s; Ctrl-C ends it"
            );
            await broker.Clock.RunAsync(arguments.Acceleration, time, ct);
        }

        Task<int> FailAsync(int code, string message) => ServerProgram.FailAsync("paper broker", stderr, code, message);
    }

    // Ready to be put into a .env file.
    private static async Task PrintAsync(KeyPair pair, TextWriter stdout)
    {
        await stdout.WriteLineAsync($"ALPACA_API_KEY_ID={pair.KeyId}");
        await stdout.WriteLineAsync($"ALPACA_API_SECRET_KEY={pair.Secret}");
        await stdout.FlushAsync();
    }
}
