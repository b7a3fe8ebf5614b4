using System.Globalization;
using System.Text;

namespace Strongroom.StartBenchmarks;

/// <summary>Tables as bench/RESULTS.md has them.</summary>
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

    /// <summary>The targets of a start: milliseconds over the bare host in the same mode, and MiB.</summary>
    internal static string Targets(IReadOnlyList<StartSeries> series)
    {
        var text = new StringBuilder(
            "| program   | mode       | ms over bare |            target | MiB over bare | target | logins + reads |\n"
                + "|-----------|------------|-------------:|------------------:|--------------:|-------:|---------------:|\n"
        );
        var jit = series.FirstOrDefault(one => one.IsBare && one.Mode == "jit");
        foreach (var one in series.Where(one => !one.IsBare && !StartFixture.Services.Contains(one.Program)))
        {
            if (series.FirstOrDefault(other => other.IsBare && other.Mode == one.Mode) is not { } bare)
                continue;
            var target = one.Mode switch
            {
                "jit" => "200",
                "readytorun" => "120",
                "nativeaot" when jit is not null => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{one.Milliseconds:0} of {jit.Milliseconds / 4:0} in all"
                ),
                _ => "",
            };
            var requests = one.Program == StartFixture.Vault ? $"{one.Logins:0} + {one.Requests - one.Logins:0}" : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {one.Program, -9} | {one.Mode, -10} | {one.Milliseconds - bare.Milliseconds, 12:0} | {target, 17} | "
                    + $"{one.Mebibytes - bare.Mebibytes, 13:0.0} | {12, 6} | {requests, 14} |\n"
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
