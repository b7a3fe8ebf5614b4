using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;

namespace Strongroom.Cli.Running;

/// <summary>
/// The values of a child's secrets at one moment, those of one secret of the backend in one version. Its own copies; disposing
/// zeroes them.
/// </summary>
internal sealed class SecretSnapshot : IDisposable
{
    private const int Attempts = 3;

    private SecretSnapshot(IReadOnlyList<(ChildSecret Secret, SecretValue Value)> values) => Values = values;

    internal IReadOnlyList<(ChildSecret Secret, SecretValue Value)> Values { get; }

    /// <summary>Reads through the audited manager, ships the audit and gives the login back.</summary>
    /// <param name="context">The command.</param>
    /// <param name="secrets">What is read.</param>
    /// <param name="isQuiet">The terminal is the child's, so no progress is shown.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="SecretException">One cannot be read.</exception>
    internal static async Task<SecretSnapshot> ReadAsync(
        CommandContext context,
        IReadOnlyList<ChildSecret> secrets,
        bool isQuiet,
        CancellationToken ct
    )
    {
        await using var session = await context.OpenAsync(ct);
        return isQuiet
            ? await ReadTogetherAsync(session, secrets, ct)
            : await context.Terminal.WaitAsync($"waiting for {session.Backend.Name}", context.Time, () =>
                ReadTogetherAsync(session, secrets, ct)
            );
    }

    private static async Task<SecretSnapshot> ReadTogetherAsync(
        OperatorSession session,
        IReadOnlyList<ChildSecret> secrets,
        CancellationToken ct
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var read = await ReadOnceAsync(session, secrets, ct);
            // A backend with versions has one for each secret; where two differ, one was written between the reads.
            if (
                !session.Backend.Capabilities.Versions
                || read.GroupBy(one => one.Secret.Location.Path, StringComparer.Ordinal)
                    .All(group => group.Select(one => one.Read.Version).Distinct().Count() == 1)
            )
                return new SecretSnapshot(Copy(read));
            if (attempt == Attempts)
                throw new SecretUnavailableException(
                    SecretErrorCode.Unreachable,
                    "Secrets that change together were changed during each of three reads. Try again.",
                    backend: session.Backend.Name
                );
        }
    }

    /// <summary>The names whose values differ from what <paramref name="other"/> holds.</summary>
    internal IReadOnlyList<string> ChangedSince(SecretSnapshot other)
    {
        var before = other.Values.ToDictionary(one => one.Secret.Variable, one => one.Value, StringComparer.Ordinal);
        return
        [
            .. Values
                .Where(one => !before.TryGetValue(one.Secret.Variable, out var old) || !old.Equals(one.Value))
                .Select(one => one.Secret.Name.ToString()),
            .. other
                .Values.Where(one => !Values.Any(now => now.Secret.Variable == one.Secret.Variable))
                .Select(one => one.Secret.Name.ToString()),
        ];
    }

    public void Dispose()
    {
        foreach (var (_, value) in Values)
            value.Dispose();
    }

    private static async Task<List<(ChildSecret Secret, Secret Read)>> ReadOnceAsync(
        OperatorSession session,
        IReadOnlyList<ChildSecret> secrets,
        CancellationToken ct
    )
    {
        var read = new List<(ChildSecret, Secret)>();
        foreach (var secret in secrets)
        {
            try
            {
                read.Add((secret, await session.Manager.GetAsync(secret.Location, ct)));
            }
            catch (SecretNotFoundException) when (!secret.Required)
            {
                // A service starts without it too.
            }
        }
        return read;
    }

    private static List<(ChildSecret, SecretValue)> Copy(List<(ChildSecret Secret, Secret Read)> read) =>
        [.. read.Select(one => (one.Secret, one.Read.Value.Reveal(0, static (utf8, _) => SecretValue.FromBytes(utf8))))];
}
