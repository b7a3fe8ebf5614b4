using System.Globalization;

namespace Strongroom.Testing;

/// <summary>The in-process Vault as a program of its own, for <c>make vault</c>.</summary>
public static class VaultServerProgram
{
    /// <summary>The port without <c>--port</c>.</summary>
    public const int DefaultPort = 8200;

    /// <summary>The root token, which everybody knows: nothing that matters belongs into this Vault.</summary>
    public const string RootToken = "root";

    /// <summary>Runs until Ctrl-C or SIGTERM; all that was written is gone then.</summary>
    /// <param name="args"><c>--port N</c>, <c>--release 1.8</c> for an older server's answers.</param>
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
        var options = new VaultServerOptions
        {
            Port = DefaultPort,
            RootToken = RootToken,
            DeploymentEnvironment = environment("DEPLOYMENT_ENV"),
        };
        for (var i = 0; i < args.Length; i += 2)
            if (i + 1 == args.Length || !Apply(options, args[i], args[i + 1]))
                return await FailAsync(
                    2,
                    $"{args[i]} is not understood with what follows it; usage: [--port N] [--release current|1.8]"
                );
        return await ServerProgram.ServeAsync("vault", options.Port, stderr, ServeAsync, ct);

        async Task ServeAsync()
        {
            await using var vault = await VaultServer.StartAsync(options, ct);
            var address = vault.Url.GetLeftPart(UriPartial.Authority);
            await stderr.WriteLineAsync(
                $"vault: listening on {address}, KV version 2 on secret/, kept in memory only; Ctrl-C ends it\n"
                    + $"vault: export DEPLOYMENT_ENV=local SECRET_BACKEND=vault VAULT_ADDR={address} VAULT_TOKEN={RootToken}\n"
                    + $"vault: unseal key {vault.UnsealKey} (vault operator unseal, or POST /v1/sys/unseal)"
            );
            await Task.Delay(Timeout.InfiniteTimeSpan, options.TimeProvider, ct)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<int> FailAsync(int code, string message) => ServerProgram.FailAsync("vault", stderr, code, message);
    }

    private static bool Apply(VaultServerOptions options, string name, string value)
    {
        switch (name)
        {
            case "--port" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port):
                options.Port = port;
                return true;
            case "--release" when value is "current" or "1.8":
                options.Release = value == "1.8" ? VaultRelease.V18 : VaultRelease.Current;
                return true;
            default:
                return false;
        }
    }
}
