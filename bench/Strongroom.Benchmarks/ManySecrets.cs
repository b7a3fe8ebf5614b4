using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Aws;
using Strongroom.Vault;

namespace Strongroom.Benchmarks;

/// <summary>
/// A whole host from nothing to 5,000 secrets in memory, in turn with the backend's own time: the same requests by a bare <see
/// cref="HttpClient"/>, 64 at a time, to the same server. Target: one second more.
/// </summary>
internal static class ManySecrets
{
    private const int Count = 5_000;
    private const int InBatch = 20;
    private const int AtOnce = 64;
    private const int Rounds = 7;

    internal static async Task RunAsync()
    {
        Console.WriteLine($"A start with {Count:N0} secrets, medians of {Rounds} in turn, after one that does not count");
        Console.WriteLine("| backend      | backend's own, ms | busy | start, ms | busy | difference, ms | busy |");
        Console.WriteLine("|--------------|------------------:|-----:|----------:|-----:|---------------:|-----:|");
        var folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;
        try
        {
            await EnvAsync(folder);
            await VaultAsync(folder);
            await AwsAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task EnvAsync(string folder)
    {
        Declare(folder, i => $"many/n{i}");
        var dotenv = Path.Combine(folder, ".env");
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"MANY_N{i}={Convert.ToHexString(RandomNumberGenerator.GetBytes(16))}\n");
        await File.WriteAllTextAsync(dotenv, text.ToString());
        File.SetUnixFileMode(dotenv, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await CompareAsync(
            "env",
            () => File.ReadAllLinesAsync(dotenv),
            () => StartAsync(folder, builder => builder, ("SECRET_BACKEND", "env"), ("SECRET_DOTENV_PATH", dotenv))
        );
    }

    private static async Task VaultAsync(string folder)
    {
        Declare(folder, i => $"many/n{i}");
        using var server = StubServer.Vault();
        await CompareAsync(
            "Vault",
            () =>
                SendAsync(Count, i => new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, $"/v1/secret/data/many/n{i}"))),
            () =>
                StartAsync(
                    folder,
                    builder => builder.AddVault(),
                    ("SECRET_BACKEND", "vault"),
                    ("VAULT_ADDR", server.Url.ToString()),
                    ("VAULT_TOKEN", "hvs.bench")
                )
        );
    }

    private static async Task AwsAsync(string folder)
    {
        // Each batch asks for the same twenty places, since the server answers every request alike.
        Declare(folder, i => $"bench/secret_{i % InBatch}");
        using var server = StubServer.SecretsManager(
            Enumerable.Range(0, InBatch).Select(i => $"bench/secret_{i}"),
            TimeSpan.Zero
        );
        await CompareAsync(
            "AWS, batches",
            () =>
                SendAsync(Count / InBatch, _ => new HttpRequestMessage(HttpMethod.Post, server.Url)
                {
                    Content = new ByteArrayContent(new byte[600]),
                }),
            () =>
                StartAsync(
                    folder,
                    builder => builder.AddAws(),
                    ("SECRET_BACKEND", "aws"),
                    ("AWS_REGION", "eu-west-1"),
                    ("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.Url.GetLeftPart(UriPartial.Authority)),
                    ("AWS_ACCESS_KEY_ID", "AKIABENCH"),
                    ("AWS_SECRET_ACCESS_KEY", Convert.ToHexString(RandomNumberGenerator.GetBytes(20)))
                )
        );
    }

    private static void Declare(string folder, Func<int, string> place)
    {
        var secrets = Enumerable.Range(0, Count).Select(i => $$"""{ "name": "many/n{{i}}", "at": "{{place(i)}}" }""");
        File.WriteAllText(
            Path.Combine(folder, "secrets.json"),
            $$"""{ "service": "bench", "secrets": [ {{string.Join(',', secrets)}} ] }"""
        );
    }

    private static async Task CompareAsync(string name, Func<Task> bare, Func<Task<IHost>> start)
    {
        var (alone, whole) = (new Series(), new Series());
        for (var round = -1; round < Rounds; round++)
        {
            await alone.MeasureAsync(async () =>
            {
                await bare();
                return null;
            });
            await whole.MeasureAsync(async () => await start());
        }
        var ((own, ownBusy), (ours, busy)) = (alone.Median, whole.Median);
        Console.WriteLine(
            $"| {name, -12} | {own, 17:0} | {ownBusy, 4:0} | {ours, 9:0} | {busy, 4:0} | {ours - own, 14:0} | "
                + $"{busy - ownBusy, 4:0} |"
        );
    }

    private static async Task SendAsync(int count, Func<int, HttpRequestMessage> request)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = AtOnce });
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, ct) =>
            {
                using var message = request(i);
                using var answer = await http.SendAsync(message, ct);
                await answer.Content.ReadAsByteArrayAsync(ct);
            }
        );
    }

    private static async Task<IHost> StartAsync(
        string folder,
        Func<IStrongroomBuilder, IStrongroomBuilder> add,
        params (string Name, string Value)[] settings
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DEPLOYMENT_ENV"] = "test",
                ["SECRET_DECLARATION"] = Path.Combine(folder, "secrets.json"),
                ["STRONGROOM_JOURNAL_DIR"] = Path.Combine(folder, "journal"),
            }
        );
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value)));
        add(builder.Services.AddStrongroom(builder.Configuration));
        var host = builder.Build();
        await host.StartAsync();
        var state = host.Services.GetRequiredService<ISecretManager>().State;
        if (state.Bundles.Sum(bundle => bundle.Names.Count) != Count)
            throw new InvalidOperationException("Secrets are missing.");
        _ = await host.Services.GetRequiredService<ISecretManager>().GetAsync(SecretName.Parse($"many/n{Count - 1}"));
        return host;
    }

    /// <summary>
    /// Milliseconds of each run but the first, and of the processor in this process; a host's end does not count.
    /// </summary>
    private sealed class Series
    {
        private readonly List<(double Took, double Busy)> _runs = [];

        internal (double Took, double Busy) Median => (At(run => run.Took), At(run => run.Busy));

        internal async Task MeasureAsync(Func<Task<IHost?>> run)
        {
            var (began, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var host = await run();
            _runs.Add(
                (Stopwatch.GetElapsedTime(began).TotalMilliseconds, (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds)
            );
            if (host is null)
                return;
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        private double At(Func<(double Took, double Busy), double> number) =>
            _runs.Skip(1).Select(number).Order().ElementAt(Rounds / 2);
    }
}
