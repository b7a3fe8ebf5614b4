using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing;

/// <summary>A page of bars by symbol.</summary>
internal sealed record BarsPage(IReadOnlyDictionary<string, IReadOnlyList<BarJson>> Bars, string? NextPageToken);

/// <summary>
/// The question of <c>GET /v2/stocks/bars</c>. The limit counts over all symbols, which come in alphabetical order.
/// </summary>
internal sealed record BarsQuery(
    IReadOnlyList<string> Symbols,
    Timeframe Timeframe,
    DateTimeOffset Start,
    DateTimeOffset End,
    int Limit,
    bool Descending,
    string? AfterSymbol,
    DateTimeOffset AfterTime
)
{
    private const int DefaultLimit = 1_000;
    private const int LargestLimit = 10_000;

    public static BarsQuery Parse(IQueryCollection query, IReadOnlyList<string> symbols, MarketMoment moment)
    {
        var timeframe = Timeframe.Parse(query["timeframe"]);
        var start = Instant(query, "start") ?? NewYorkTime.At(moment.Day, TimeOnly.MinValue);
        var end = Instant(query, "end", endOfDay: true) ?? moment.Now;
        if (end < start)
            throw Refusal.BadData("end should not be before start");
        var limit = DefaultLimit;
        if (
            query["limit"].ToString() is { Length: > 0 } text
            && !(
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                && limit is >= 1 and <= LargestLimit
            )
        )
            throw Refusal.BadData($"limit must be between 1 and {LargestLimit}");
        var sort = query["sort"].ToString();
        if (sort is not ("" or "asc" or "desc"))
            throw Refusal.BadData("invalid sort");
        var (afterSymbol, afterTime) = ReadToken(query["page_token"]);
        return new BarsQuery(symbols, timeframe, start, end, limit, sort == "desc", afterSymbol, afterTime);
    }

    public BarsPage Answer(Market market, MarketMoment moment)
    {
        var page = new Dictionary<string, IReadOnlyList<BarJson>>(StringComparer.Ordinal);
        var room = Limit;
        foreach (var symbol in Symbols.Where(market.Knows).Distinct().Order(StringComparer.Ordinal))
        {
            var bars = Timeframe.Fold(market.Bars(symbol, Start, End, moment));
            var rest = (Descending ? bars.Reverse() : bars).Where(b => IsAfterToken(symbol, b.Start)).ToList();
            if (rest.Count == 0)
                continue;
            if (room == 0)
                return new BarsPage(page, WriteToken(symbol, null));
            page[symbol] = [.. rest.Take(room).Select(BarJson.From)];
            if (rest.Count > room)
                return new BarsPage(page, WriteToken(symbol, rest[room - 1].Start));
            room -= rest.Count;
        }
        return new BarsPage(page, null);
    }

    private bool IsAfterToken(string symbol, DateTimeOffset time)
    {
        if (AfterSymbol is null)
            return true;
        var order = string.CompareOrdinal(symbol, AfterSymbol);
        return order > 0 || (order == 0 && (AfterTime == default || (Descending ? time < AfterTime : time > AfterTime)));
    }

    private static DateTimeOffset? Instant(IQueryCollection query, string name, bool endOfDay = false)
    {
        try
        {
            return Wire.Instant(query[name], name, endOfDay);
        }
        catch (Refusal refusal)
        {
            throw Refusal.BadData(refusal.Message);
        }
    }

    private static string WriteToken(string symbol, DateTimeOffset? after) =>
        Convert.ToBase64String(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{symbol}|{after?.ToUnixTimeSeconds() ?? 0}"))
        );

    private static (string? Symbol, DateTimeOffset Time) ReadToken(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return default;
        var bytes = new byte[token.Length];
        if (
            Convert.TryFromBase64String(token, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split('|') is [var symbol, var text]
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        )
            return (symbol, seconds == 0 ? default : DateTimeOffset.FromUnixTimeSeconds(seconds));
        throw Refusal.BadData("invalid page_token");
    }
}
