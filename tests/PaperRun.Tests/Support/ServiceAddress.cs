using System.Globalization;
using System.Text.RegularExpressions;

namespace PaperRun.Tests.Support;

/// <summary>Where a service of a run is, as the run said on stderr.</summary>
internal sealed partial record ServiceAddress(string Service, Uri Url, int Process, Uri Management)
{
    internal static IReadOnlyList<ServiceAddress> AllIn(string errors) =>
        [
            .. Line()
                .Matches(errors)
                .Select(match => new ServiceAddress(
                    match.Groups[1].Value,
                    new Uri(match.Groups[2].Value),
                    int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture),
                    new Uri(match.Groups[4].Value)
                )),
        ];

    [GeneratedRegex(@"^paper-run: (\w+): (\S+) \(process (\d+), management (\S+)\)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
