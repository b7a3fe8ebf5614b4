using Strongroom.Operations;

namespace Strongroom.Cli.Migration;

/// <summary>What the backend holds for each entry, and the writing of new ones.</summary>
internal static class BackendStates
{
    /// <summary>How often a write is retried because another writer changed the same secret.</summary>
    private const int Attempts = 4;

    /// <summary>Entries that name one secret with two values can become neither.</summary>
    internal static void MarkContradictions(IReadOnlyList<PlannedEntry> entries)
    {
        foreach (
            var group in entries
                .Where(entry => entry.IsStored)
                .GroupBy(entry => entry.Place!.Value)
                .Where(group => group.Any(entry => !entry.Value!.Equals(group.First().Value)))
        )
        {
            foreach (var entry in group)
                entry.State = EntryState.TwoValues;
        }
    }

    internal static async Task ReadAsync(OperatorSession session, IEnumerable<PlannedEntry> entries, CancellationToken ct)
    {
        foreach (var entry in entries.Where(entry => entry.State != EntryState.TwoValues))
            await ReadAsync(session, entry, ct);
    }

    /// <summary>
    /// Writes what is new of one secret in one write, where the secret still is as it was looked at, and reads it back. Where one
    /// of its fields conflicts none is written: two halves of different pairs are of no use.
    /// </summary>
    /// <exception cref="CommandException">What was read back is not what was written.</exception>
    internal static async Task WriteAsync(OperatorSession session, IReadOnlyList<PlannedEntry> entries, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TryWriteAsync(session, entries, ct) is { Count: > 0 } written)
                    await ReadBackAsync(session, written, ct);
                return;
            }
            catch (SecretWriteException e) when (e.Code == SecretErrorCode.Conflict && attempt < Attempts)
            {
                await ReadAsync(session, entries, ct);
            }
        }
    }

    private static async Task<IReadOnlyList<PlannedEntry>> TryWriteAsync(
        OperatorSession session,
        IReadOnlyList<PlannedEntry> entries,
        CancellationToken ct
    )
    {
        if (entries[0].Place!.Value is { Field: null } only && entries.All(entry => entry.Place == only))
        {
            if (entries.All(entry => entry.State == EntryState.New))
                await session.Manager.SetAsync(only, entries[0].Value!, SetCondition.Absent, ct);
            return NewOf(entries);
        }
        var place = entries[0].Place!.Value.WithField(SecretName.WholeText);
        var whole = await FindAsync(session, place, ct);
        // Read after the whole: a change between the two fails the condition.
        await ReadAsync(session, entries, ct);
        if (NewOf(entries) is not { Count: > 0 } news || entries.Any(entry => EntryState.IsConflict(entry.State)))
            return [];
        using var text = BundleText.With(whole?.Value, news);
        if (text is null)
        {
            foreach (var entry in news)
                entry.State = EntryState.Conflict;
            return [];
        }
        await session.Manager.SetAsync(
            place,
            text,
            whole is null ? SetCondition.Absent : SetCondition.Version(whole.Version),
            ct
        );
        return news;
    }

    private static async Task<Secret?> FindAsync(OperatorSession session, SecretName place, CancellationToken ct)
    {
        try
        {
            return await session.Manager.GetAsync(place, ct);
        }
        catch (SecretNotFoundException e) when (e.Code is SecretErrorCode.Missing)
        {
            return null;
        }
    }

    private static async Task ReadBackAsync(OperatorSession session, IReadOnlyList<PlannedEntry> written, CancellationToken ct)
    {
        foreach (var entry in written)
        {
            var place = entry.Place!.Value;
            var secret = await session.Manager.GetAsync(place, ct);
            if (!secret.Value.Equals(entry.Value))
            {
                throw new CommandException(
                    ExitCodes.VerificationFailed,
                    $"'{place}' was written, and reading it back gave another value",
                    $"'strongroom history {place.Path}' shows who else writes it.",
                    "ReadBackDiffers"
                );
            }
            entry.Version = secret.Version.Id;
            entry.State = EntryState.Written;
        }
    }

    private static List<PlannedEntry> NewOf(IReadOnlyList<PlannedEntry> entries) =>
        [.. entries.Where(entry => entry.State == EntryState.New)];

    private static async Task ReadAsync(OperatorSession session, PlannedEntry entry, CancellationToken ct)
    {
        try
        {
            var secret = await session.Manager.GetAsync(entry.Place!.Value, ct);
            entry.Version = secret.Version.Id;
            entry.State = secret.Value.Equals(entry.Value) ? EntryState.Unchanged : EntryState.Conflict;
        }
        catch (SecretNotFoundException e)
        {
            // A secret with several fields, where the place names none, is something else than what is to be written.
            entry.State = e.Code switch
            {
                SecretErrorCode.Deleted => EntryState.Deleted,
                SecretErrorCode.FieldMissing when entry.Place!.Value.Field is null => EntryState.Conflict,
                _ => EntryState.New,
            };
        }
    }
}
