using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Conventions;

/// <summary>An event id means one thing for ever; the ranges are section 12's, and the platform's above 5000.</summary>
public class LogEventTests
{
    private static readonly Dictionary<string, (int From, int To)[]> s_ranges = new(StringComparer.Ordinal)
    {
        // Manager, cache, resilience, audit, redaction; the upper half of audit's hundred is the storage's.
        ["Strongroom"] = [(1000, 1349), (1400, 1499)],
        ["Strongroom.Storage"] = [(1350, 1399)],
        ["Strongroom.Vault"] = [(2000, 2099)],
        ["Strongroom.Aws"] = [(3000, 3099)],
        ["Strongroom.AspNetCore"] = [(5000, 5099)],
        ["Trading.ServiceDefaults"] = [(5100, 5199)],
        ["MarketDataService"] = [(6000, 6099)],
        ["SignalService"] = [(6100, 6199)],
        ["RiskManager"] = [(6200, 6299)],
        ["ExecutionGateway"] = [(6300, 6399)],
        ["Orchestrator"] = [(6400, 6499)],
    };

    private static readonly IReadOnlyList<(SourceFile File, AttributeSyntax Attribute, int? Id)> s_events =
    [
        .. from file in SourceFile.Product
        from attribute in file.Root.DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString() is "LoggerMessage" or "LoggerMessageAttribute"
        select (file, attribute, IdOf(attribute)),
    ];

    [Fact]
    public void Every_id_is_a_number_in_its_assemblys_range() =>
        Violations.AssertNone(
            s_events
                .Where(one =>
                    one.Id is not { } id
                    || !s_ranges.GetValueOrDefault(one.File.Project, []).Any(range => id >= range.From && id <= range.To)
                )
                .Select(one => $"{one.File.Place(one.Attribute)}: {one.Attribute.ArgumentList?.Arguments.FirstOrDefault()}"),
            "Take a free id of the assembly's range; a new assembly gets a range in LogEventTests.cs."
        );

    [Fact]
    public void Every_id_is_used_once() =>
        Violations.AssertNone(
            s_events
                .GroupBy(one => one.Id)
                .Where(same => same.Count() > 1)
                .Select(same => $"{same.Key}: {string.Join(", ", same.Select(one => one.File.Place(one.Attribute)))}"),
            "Take a free id; one is never used for two things."
        );

    [Fact]
    public void Messages_are_in_one_file_of_each_assembly()
    {
        Assert.NotEmpty(s_events);
        Violations.AssertNone(
            s_events.Where(one => one.File.Path.Split('/') is not [_, _, "Log.cs"]).Select(one => one.File.Place(one.Attribute)),
            "Move it into the assembly's Log.cs."
        );
    }

    private static int? IdOf(AttributeSyntax attribute)
    {
        var arguments = attribute.ArgumentList?.Arguments.ToList() ?? [];
        var id = arguments.FirstOrDefault(argument =>
            argument.NameEquals?.Name.Identifier.Text == "EventId" || argument.NameColon?.Name.Identifier.Text == "eventId"
        ) ?? arguments.FirstOrDefault(argument => argument.NameEquals is null && argument.NameColon is null);
        return id?.Expression is LiteralExpressionSyntax { Token.Value: int number } ? number : null;
    }
}
