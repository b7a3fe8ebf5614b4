using Strongroom.Audit;

namespace Strongroom.Storage.Tests.Support;

/// <summary>Rows to store.</summary>
internal static class AccessRows
{
    internal static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 26, 53, 589, 793, TimeSpan.Zero);

    /// <summary>The instance that <see cref="Row"/>'s rows are of.</summary>
    internal static InstanceRow Instance(Guid boot) =>
        new("execution_gateway-1", boot, "execution_gateway", "test", "vault", "host", 42, "trader", Start);

    internal static AccessRow Row(Guid boot, long sequence) =>
        new()
        {
            Instance = "execution_gateway-1",
            Boot = boot,
            Sequence = sequence,
            Service = "execution_gateway",
            FirstAt = Start.AddSeconds(sequence - 1),
            LastAt = Start.AddSeconds(sequence),
            AccessCount = 1,
            Operation = AccessOperation.Get,
            Outcome = AccessOutcome.Success,
            Source = AccessSource.Cache,
            Name = "alpaca/api_key_id",
            Version = "7",
            Backend = "vault",
        };

    internal static List<AccessRow> Range(Guid boot, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => Row(boot, i))];

    internal static async Task<List<AccessRow>> QueryAllAsync(this IAuditStore store, AccessFilter? filter = null)
    {
        var rows = new List<AccessRow>();
        await foreach (var row in store.QueryAsync(filter ?? new AccessFilter(), TestContext.Current.CancellationToken))
            rows.Add(row);
        return rows;
    }
}
