using System.Security.Cryptography;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;

namespace Strongroom.Cli.Migration;

/// <summary>
/// One secret on both sides: hashes under a key that lives for one run, so that they tell nothing afterwards.
/// </summary>
internal sealed record ParityRow(string Variable, string Name, string State, string File, string Backend, string? Version);

/// <summary>Reads both sides and compares them by keyed hash.</summary>
internal static class Parity
{
    private const int ShownBytes = 6;

    internal static Task<List<ParityRow>> CompareAsync(
        CommandContext context,
        OperatorSession session,
        IEnumerable<PlannedEntry> entries,
        CancellationToken ct
    ) => context.Terminal.WaitAsync($"comparing with {session.Backend.Name}", context.Time, async () =>
        {
            var key = RandomNumberGenerator.GetBytes(32);
            try
            {
                var rows = new List<ParityRow>();
                foreach (var entry in entries)
                    rows.Add(await CompareAsync(session, entry, key, ct));
                return rows;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        });

    private static async Task<ParityRow> CompareAsync(
        OperatorSession session,
        PlannedEntry entry,
        byte[] key,
        CancellationToken ct
    )
    {
        var file = HashOf(entry.Value!, key);
        var place = entry.Place!.Value;
        try
        {
            var secret = await session.Manager.GetAsync(place, ct);
            var backend = HashOf(secret.Value, key);
            var equal = CryptographicOperations.FixedTimeEquals(file, backend);
            return new ParityRow(
                entry.Variable,
                place.ToString(),
                equal ? EntryState.Equal : EntryState.Differs,
                Shown(file),
                Shown(backend),
                secret.Version.Id
            );
        }
        catch (SecretNotFoundException)
        {
            return new ParityRow(entry.Variable, place.ToString(), EntryState.Missing, Shown(file), "-", null);
        }
    }

    private static byte[] HashOf(SecretValue value, byte[] key) =>
        value.Reveal(key, static (utf8, key) => HMACSHA256.HashData(key, utf8));

    private static string Shown(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, ShownBytes));
}
