using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>So many requests in an interval from each address; then, if it says so, none at all for a while.</summary>
internal sealed class RateQuota(string name, string path, double rate, TimeSpan interval, TimeSpan block)
{
    private readonly Dictionary<string, Counter> counters = new(StringComparer.Ordinal);

    public string Name => name;

    /// <summary>A namespace and a mount or a path below it; empty: all.</summary>
    public string Path => path;

    public int Limit => (int)Math.Max(1, rate);

    /// <summary>Takes one. Called under the store's lock.</summary>
    public QuotaAnswer Take(string address, DateTimeOffset now)
    {
        if (!counters.TryGetValue(address, out var counter))
            counters[address] = counter = new Counter();
        if (now < counter.BlockedUntil)
            return new QuotaAnswer(false, Limit, 0, counter.BlockedUntil - now);
        if (now >= counter.Start + interval || now < counter.Start)
            (counter.Start, counter.Used) = (now, 0);
        var reset = counter.Start + interval - now;
        if (counter.Used < Limit)
            return new QuotaAnswer(true, Limit, Limit - ++counter.Used, reset);
        if (block > TimeSpan.Zero)
            (counter.BlockedUntil, reset) = (now + block, block);
        return new QuotaAnswer(false, Limit, 0, reset);
    }

    public JsonObject ToJson() =>
        new()
        {
            ["block_interval"] = (long)block.TotalSeconds,
            ["interval"] = (long)interval.TotalSeconds,
            ["name"] = name,
            ["path"] = path,
            ["rate"] = rate,
            ["role"] = "",
            ["type"] = "rate-limit",
        };

    private sealed class Counter
    {
        public DateTimeOffset Start { get; set; }

        public DateTimeOffset BlockedUntil { get; set; }

        public int Used { get; set; }
    }
}

/// <summary>What a quota says of a request.</summary>
internal sealed record QuotaAnswer(bool Allowed, int Limit, int Left, TimeSpan Reset);
