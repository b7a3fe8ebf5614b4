using System.Globalization;
using System.Text;

namespace Strongroom.StartBenchmarks;

/// <summary>A table as bench/RESULTS.md has it.</summary>
internal static class StartReport
{
    internal static string Of(IReadOnlyList<StartSeries> series)
    {
        var text = new StringBuilder(
            "| program           | mode       |  p10 |        median |  p90 |          busy |        memory |       methods "
                + "|\n|-------------------|------------|-----:|--------------:|-----:|--------------:|--------------:|"
                + "--------------:|\n"
        );
        foreach (var one in series)
        {
            var bare = series.FirstOrDefault(other => other.IsBare && other.Mode == one.Mode) ?? one;
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {one.Program, -17} | {one.Mode, -10} | {one.Quantile(0.1), 4:0} | "
                    + $"{Beside(one, bare, it => it.Milliseconds)} | "
                    + $"{one.Quantile(0.9), 4:0} | {Beside(one, bare, it => it.BusyMilliseconds)} | "
                    + $"{Beside(one, bare, it => it.Mebibytes)} | {Beside(one, bare, it => it.Methods.Count)} |\n"
            );
        }
        return text.ToString();
    }

    private static string Beside(StartSeries one, StartSeries bare, Func<StartSeries, double> number)
    {
        var own = number(one);
        var difference = one.IsBare ? "" : $"({own - number(bare):+0;-0;0})";
        return string.Create(CultureInfo.InvariantCulture, $"{own, 5:0} {difference, 7}");
    }
}
