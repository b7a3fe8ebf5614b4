using Strongroom.Cli.Session;

namespace Strongroom.Cli.Migration;

/// <summary>How the backend stands to each entry, and the writing of those that are new.</summary>
internal static class BackendStates
{
    /// <summary>Entries that name one secret with two values can become neither.</summary>
    internal static void MarkContradictions(IReadOnlyList<PlannedEntry> entries)
    {
        foreach (var group in entries.Where(entry => entry.IsStored).GroupBy(entry => entry.Place!.Value).Where(group => group.Any(entry => !entry.Value!.Equals(group.First().Value))))
        {
            foreach (var entry in group)
                entry.State = EntryState.TwoValues;
        }
    }

    internal static async Task ReadAsync(OperatorSession session, PlannedEntry entry, CancellationToken ct)
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

    /// <summary>Writes a new one where there still is none, and reads it back.</summary>
    /// <exception cref="CommandException">What was read back is not what was written.</exception>
    internal static async Task WriteAsync(OperatorSession session, PlannedEntry entry, CancellationToken ct)
    {
        var place = entry.Place!.Value;
        try
        {
            entry.Version = (await session.Manager.SetAsync(place, entry.Value!, SetCondition.Absent, ct)).Id;
        }
        catch (SecretWriteException e) when (e.Code == SecretErrorCode.Conflict)
        {
            await ReadAsync(session, entry, ct);
            return;
        }
        if (!(await session.Manager.GetAsync(place, ct)).Value.Equals(entry.Value))
        {
            throw new CommandException(
                ExitCodes.VerificationFailed, $"'{place}' was written, and reading it back gave another value", $"'strongroom history {place.Path}' shows who else writes it.", "ReadBackDiffers");
        }
        entry.State = EntryState.Written;
    }
}
