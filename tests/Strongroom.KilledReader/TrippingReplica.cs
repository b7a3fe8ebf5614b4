using System.Globalization;
using System.Runtime.CompilerServices;
using Strongroom.Backends;
using Strongroom.Breaker;

namespace Strongroom.KilledReader;

/// <summary>A replica of a service without a database that trips again and again, and says each id once it is stored.</summary>
public static class TrippingReplica
{
    /// <summary>The first argument of the program, before the journal's folder, the replica's name and how many times.</summary>
    public const string Argument = "trip";

    internal static async Task<int> RunAsync(string folder, string name, string times)
    {
        try
        {
            return await TripAsync(folder, name, times);
        }
        catch (SecretException e)
        {
            await Console.Error.WriteLineAsync($"{e.Code}: {e.Message}");
            return 1;
        }
    }

    private static async Task<int> TripAsync(string folder, string name, string times)
    {
        await using var runtime = new SecretManagerBuilder
        {
            Declaration = SecretDeclaration.Parse(
                """{ "service": "tripping", "secrets": [ { "name": "pair", "onLoss": "halt" } ] }"""
            ),
            Backend = new NoBackend(),
            Options = new StrongroomOptions { JournalDirectory = folder, Instance = name },
            Environment = DeploymentEnvironment.Test,
        }.Build();
        for (var i = 0; i < int.Parse(times, CultureInfo.InvariantCulture); i++)
        {
            var trip = await runtime.Breaker.TripAsync(
                TripCause.Manual,
                "pair",
                $"{name}/{i}",
                "A test.",
                CancellationToken.None
            );
            await Console.Out.WriteLineAsync(trip.Id.ToString());
        }
        return 0;
    }

    private sealed class NoBackend : ISecretBackend
    {
        public string Name => "none";

        public BackendCapabilities Capabilities { get; } = new();

        public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(
            IReadOnlyList<SecretRequest> requests,
            CancellationToken ct
        ) => new([]);

        public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<SecretName> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken ct)
        {
            await Task.CompletedTask;
            yield break;
        }

        public async IAsyncEnumerable<SecretVersionInfo> HistoryAsync(
            SecretLocation location,
            [EnumeratorCancellation] CancellationToken ct
        )
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
            throw new NotSupportedException();

        public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
            throw new NotSupportedException();
    }
}
