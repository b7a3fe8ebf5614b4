using System.Text.Json.Nodes;

namespace Strongroom.Testing.Aws.Secrets;

/// <summary>What lists show of each secret, which is what was true some time ago.</summary>
internal sealed class ListViews(TimeSpan lag)
{
    private readonly Dictionary<string, List<View>> views = new(StringComparer.Ordinal);

    public void Publish(StoredSecret secret, DateTimeOffset now) =>
        Add(secret, new(now, secret.Region, SecretJson.ListEntry(secret)));

    public void Withdraw(StoredSecret secret, DateTimeOffset now) => Add(secret, new(now, secret.Region, null));

    /// <summary>The entries of a region, as they were before the lag.</summary>
    public IReadOnlyList<JsonObject> Entries(string region, DateTimeOffset now) =>
        [
            .. views
                .Values.Select(history => history.FindLast(v => v.At <= now - lag))
                .Where(v => v?.Entry is not null && v.Region == region)
                .Select(v => v!.Entry!),
        ];

    private void Add(StoredSecret secret, View view)
    {
        if (!views.TryGetValue(secret.Arn, out var history))
            views[secret.Arn] = history = [];
        var shown = history.FindLastIndex(v => v.At <= view.At - lag);
        if (shown > 0)
            history.RemoveRange(0, shown);
        history.Add(view);
        if (view.Entry is null && lag == TimeSpan.Zero)
            views.Remove(secret.Arn);
    }

    private sealed record View(DateTimeOffset At, string Region, JsonObject? Entry);
}
