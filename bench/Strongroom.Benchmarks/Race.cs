using System.Diagnostics;

namespace Strongroom.Benchmarks;

/// <summary>
/// Compares contenders that take turns, a few calls each, in varying order, so that any disturbance affects all of them and
/// their medians over a socket are comparable.
/// </summary>
internal static class Race
{
    private const int Rounds = 1_500;
    private const int Turn = 20;

    /// <summary>Reads over a socket.</summary>
    internal static async Task RunAsync()
    {
        var vault = new VaultReadBenchmarks();
        vault.SetUp();
        await RunAsync(
            "A read from Vault",
            Rounds,
            ("HttpClient", vault.Http_client),
            ("HttpClient again", vault.Http_client_again),
            ("Strongroom", vault.Strongroom_read)
        );
        vault.CleanUp();
        foreach (var (delay, rounds) in new[] { (0, Rounds), (5, 25) })
        {
            var aws = new AwsReadBenchmarks { Delay = delay };
            aws.SetUp();
            await RunAsync(
                $"A read from AWS that takes {delay} ms there",
                rounds,
                ("signed HttpClient", aws.Http_client),
                ("the same again", aws.Http_client_again),
                ("Strongroom", aws.Strongroom_read)
            );
            aws.CleanUp();
        }
    }

    /// <summary>Prints the median, the 95th percentile and the ratio of the medians to the first rival's.</summary>
    private static async Task RunAsync(string title, int rounds, params (string Name, Func<Task> Call)[] rivals)
    {
        var took = Array.ConvertAll(rivals, _ => new List<long>(rounds * Turn));
        var order = Enumerable.Range(0, rivals.Length).ToArray();
        for (var round = -rounds; round < rounds; round++)
        {
            Random.Shared.Shuffle(order);
            foreach (var rival in order)
            {
                for (var call = 0; call < Turn; call++)
                {
                    var began = Stopwatch.GetTimestamp();
                    await rivals[rival].Call();
                    if (round >= 0)
                        took[rival].Add(Stopwatch.GetTimestamp() - began);
                }
            }
        }
        Array.ForEach(took, calls => calls.Sort());
        Console.WriteLine($"{title}: {rounds:N0} rounds, {Turn} calls of each rival in a round");
        Console.WriteLine("| rival             | median, us | p95, us | ratio |");
        Console.WriteLine("|-------------------|-----------:|--------:|------:|");
        for (var i = 0; i < rivals.Length; i++)
            Console.WriteLine(
                $"| {rivals[i].Name, -17} | {At(took[i], 0.5), 10:F1} | {At(took[i], 0.95), 7:F1} | "
                    + $"{At(took[i], 0.5) / At(took[0], 0.5), 5:F2} |"
            );
    }

    private static double At(List<long> sorted, double share) => sorted[(int)(sorted.Count * share)] * 1e6 / Stopwatch.Frequency;
}
