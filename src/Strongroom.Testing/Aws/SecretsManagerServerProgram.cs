using System.Globalization;

namespace Strongroom.Testing;

/// <summary>The in-process Secrets Manager as a program of its own, for <c>make aws</c>.</summary>
public static class SecretsManagerServerProgram
{
    /// <summary>The port without <c>--port</c>.</summary>
    public const int DefaultPort = 4566;

    /// <summary>Access key id and secret in one, which everybody knows: nothing that matters belongs into this server.</summary>
    public const string Key = "test";

    /// <summary>Runs until Ctrl-C or SIGTERM; all that was written is gone then.</summary>
    /// <param name="args"><c>--port N</c>, <c>--region us-east-1</c>.</param>
    /// <param name="cancellationToken">Ends it as Ctrl-C does.</param>
    /// <returns>The exit code: 0 ended, 1 could not start, 2 wrong usage.</returns>
    public static Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default) =>
        ServerProgram.UntilEndedAsync(
            ct => RunAsync(args, Environment.GetEnvironmentVariable, Console.Error, ct),
            cancellationToken
        );

    internal static async Task<int> RunAsync(
        string[] args,
        Func<string, string?> environment,
        TextWriter stderr,
        CancellationToken ct
    )
    {
        var options = new SecretsManagerServerOptions
        {
            Port = DefaultPort,
            AccessKeyId = Key,
            SecretAccessKey = Key,
            DeploymentEnvironment = environment("DEPLOYMENT_ENV"),
        };
        for (var i = 0; i < args.Length; i += 2)
            if (i + 1 == args.Length || !Apply(options, args[i], args[i + 1]))
                return await FailAsync(
                    2,
                    $"{args[i]} is not understood with what follows it; usage: [--port N] [--region us-east-1]"
                );
        return await ServerProgram.ServeAsync("aws", options.Port, stderr, ServeAsync, ct);

        async Task ServeAsync()
        {
            await using var server = await SecretsManagerServer.StartAsync(options, ct);
            var address = server.Url.GetLeftPart(UriPartial.Authority);
            await stderr.WriteLineAsync(
                $"aws: Secrets Manager and STS on {address}, in every region, kept in memory only; Ctrl-C ends it\n"
                    + $"aws: export AWS_ENDPOINT_URL={address} AWS_REGION={options.Region} "
                    + $"AWS_DEFAULT_REGION={options.Region} AWS_ACCESS_KEY_ID={Key} AWS_SECRET_ACCESS_KEY={Key}\n"
                    + "aws: aws secretsmanager list-secrets"
            );
            await Task.Delay(Timeout.InfiniteTimeSpan, options.TimeProvider, ct)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<int> FailAsync(int code, string message) => ServerProgram.FailAsync("aws", stderr, code, message);
    }

    private static bool Apply(SecretsManagerServerOptions options, string name, string value)
    {
        switch (name)
        {
            case "--port" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port):
                options.Port = port;
                return true;
            case "--region":
                options.Region = value;
                return true;
            default:
                return false;
        }
    }
}
