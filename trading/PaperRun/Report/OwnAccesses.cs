using Strongroom.Audit;
using Strongroom.Journaling;

namespace PaperRun.Report;

/// <summary>
/// The run's own reads reach the database a moment after they were made, and a summary without them would be wrong. Those that
/// are made for the summary itself, such as of the database's password, come after it.
/// </summary>
internal static class OwnAccesses
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    internal static async Task WaitUntilStoredAsync(Journal journal, IAuditStore audit, CancellationToken ct)
    {
        var made = journal.Hits(AccessOperation.Get);
        var began = TimeProvider.System.GetTimestamp();
        while (!await AreStoredAsync(made, journal.Owner.Boot, audit, ct) && TimeProvider.System.GetElapsedTime(began) < s_limit)
            await Task.Delay(s_look, TimeProvider.System, ct);
    }

    private static async Task<bool> AreStoredAsync(AccessCount[] made, Guid boot, IAuditStore audit, CancellationToken ct)
    {
        var stored = new Dictionary<(string, AccessOutcome, AccessSource), long>();
        await foreach (var row in audit.QueryAsync(new AccessFilter { Boot = boot }, ct))
        {
            if (row.Operation == AccessOperation.Get)
                stored[(row.Name, row.Outcome, row.Source)] =
                    stored.GetValueOrDefault((row.Name, row.Outcome, row.Source)) + row.AccessCount;
        }
        return made.All(hits => stored.GetValueOrDefault((hits.Name, hits.Outcome, hits.Source)) >= hits.Count);
    }
}
