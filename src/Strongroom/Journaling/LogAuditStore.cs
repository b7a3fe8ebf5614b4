using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>Where no store is set up, the audit goes to the log: complete, and to be kept by whoever keeps the logs.</summary>
internal sealed class LogAuditStore(ILogger logger) : IAuditStore
{
    public ValueTask PrepareAsync(CancellationToken ct) => default;

    public ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct) => default;

    public ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        foreach (var row in rows)
            Log.AuditRow(
                logger,
                row.Instance,
                row.Boot,
                row.Sequence,
                row.Service,
                row.Operation,
                row.Name,
                row.Outcome,
                row.Source,
                row.Version,
                row.AccessCount,
                row.FirstAt,
                row.LastAt,
                row.RequestId,
                row.Duration?.TotalMilliseconds,
                row.Error
            );
        return default;
    }

    public async IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }
}
