using System.Globalization;
using System.Text.RegularExpressions;

namespace PaperRun.Tests.Support;

/// <summary>What a run's summary says, read back. Whatever it does not say makes the reading fail.</summary>
internal sealed partial class SummaryText(string text)
{
    internal int Cycles => Number(@"^Run [0-9a-f-]{36}: done, (\d+) cycles over ");

    internal int Signals => Number(@"^Signals: (\d+)$");

    internal int Refused => Number(@"^Risk decisions: .* (\d+) refused,");

    internal int Cancelled => Number(@"^Risk decisions: .* (\d+) working orders cancelled$");

    internal int Decisions =>
        Number(@"^Risk decisions: (\d+) approved") + Number(@", (\d+) resized,") + Refused + Number(@", (\d+) left as it is;");

    internal int FilledAtBroker => Number(@"^Orders at the broker: .*?(\d+) filled");

    internal int CancelledAtBroker => Number(@"^Orders at the broker: .*?(\d+) canceled");

    /// <summary>Symbol, orders, fills, position.</summary>
    internal IReadOnlyList<(string Symbol, int Orders, int Fills, decimal Position)> Positions =>
        [
            .. PositionLine()
                .Matches(text)
                .Select(match =>
                    (
                        match.Groups[1].Value,
                        ToInt(match.Groups[2].Value),
                        ToInt(match.Groups[3].Value),
                        decimal.Parse(match.Groups[4].Value, CultureInfo.InvariantCulture)
                    )
                ),
        ];

    internal IReadOnlyList<SummaryAccess> Accesses =>
        [
            .. AccessLine()
                .Matches(text)
                .Select(match => new SummaryAccess(
                    match.Groups[1].Value,
                    match.Groups[2].Value,
                    match.Groups[3].Value,
                    match.Groups[4].Value,
                    match.Groups[5].Value,
                    ToInt(match.Groups[6].Value)
                )),
        ];

    internal IReadOnlyDictionary<string, long> AccessesByService =>
        Accesses
            .GroupBy(access => access.Service)
            .ToDictionary(group => group.Key, group => group.Sum(access => access.Times), StringComparer.Ordinal);

    private int Number(string pattern)
    {
        var match = Regex.Match(text, pattern, RegexOptions.Multiline);
        Assert.True(match.Success, $"The summary has no line like {pattern}:\n{text}");
        return ToInt(match.Groups[1].Value);
    }

    private static int ToInt(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([A-Z]{1,10}) +(\d+) +(\d+) +(-?[\d.]+)$", RegexOptions.Multiline)]
    private static partial Regex PositionLine();

    [GeneratedRegex(@"^([a-z_]+) +([a-z_/]+) +([a-z_]+) +([a-z_]+) +([a-z_]+) +(\d+)$", RegexOptions.Multiline)]
    private static partial Regex AccessLine();
}

internal sealed record SummaryAccess(string Service, string Name, string Operation, string Source, string Outcome, long Times);
