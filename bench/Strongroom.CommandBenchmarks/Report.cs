using System.Globalization;
using System.Text;

namespace Strongroom.CommandBenchmarks;

/// <summary>The targets for <c>get</c>.</summary>
internal sealed record GetTarget(string Name, bool IsTls, double Milliseconds, double Mebibytes);

/// <summary>One end of a process.</summary>
internal readonly record struct Measured(double Milliseconds, double BusyMilliseconds, double Mebibytes);

/// <summary>A contender and its runs.</summary>
internal sealed record Series(string Name, IReadOnlyList<Measured> Runs)
{
    internal double Milliseconds(double share) => Quantile(Runs.Select(run => run.Milliseconds), share);

    /// <summary>Of the processor. A busy machine stretches it less than the time.</summary>
    internal double BusyMilliseconds => Quantile(Runs.Select(run => run.BusyMilliseconds), 0.5);

    /// <summary>The largest, not the median: who has a limit of memory is ended by the largest.</summary>
    internal double Mebibytes => Runs.Max(run => run.Mebibytes);

    private static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round((sorted.Length - 1) * share)];
    }
}

/// <summary>A table as bench/RESULTS.md has it.</summary>
internal static class Report
{
    internal static string Of(GetTarget target, IReadOnlyList<Series> series)
    {
        var rival = series.First(one => one.Name == GetFixture.Curl).Milliseconds(0.5);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{target.Name}: target {target.Milliseconds} ms, {target.Mebibytes} MiB\n\n");
        text.Append(
            "| command                |  p10 | median |  p90 | × curl | busy | memory "
                + "|\n|------------------------|-----:|-------:|-----:|-------:|-----:|-------:|\n"
        );
        foreach (var one in series)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {one.Name, -22} | {one.Milliseconds(0.1), 4:0.0} | {one.Milliseconds(0.5), 6:0.0} | "
                    + $"{one.Milliseconds(0.9), 4:0.0} | {one.Milliseconds(0.5) / rival, 6:0.00} | "
                    + $"{one.BusyMilliseconds, 4:0.0} | {one.Mebibytes, 6:0.0} |\n"
            );
        }
        return text.ToString();
    }
}
