using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing;

/// <summary>Requests per minute and key pair, reported in Alpaca's headers.</summary>
internal sealed class RateLimit(int? perMinute, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Minute, int Used)> used = new(StringComparer.Ordinal);

    public bool Allows(string keyId, IHeaderDictionary headers)
    {
        if (perMinute is not { } limit)
            return true;
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        int count;
        lock (gate)
        {
            var before = used.TryGetValue(keyId, out var entry) && entry.Minute == minute ? entry.Used : 0;
            count = before + 1;
            used[keyId] = (minute, count);
        }
        headers["X-RateLimit-Limit"] = Text(limit);
        headers["X-RateLimit-Remaining"] = Text(Math.Max(0, limit - count));
        headers["X-RateLimit-Reset"] = Text((minute + 1) * 60);
        return count <= limit;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
