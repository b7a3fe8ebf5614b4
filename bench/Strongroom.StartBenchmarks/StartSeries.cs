namespace Strongroom.StartBenchmarks;

/// <summary>One start: until its first answer.</summary>
internal readonly record struct MeasuredStart(double Milliseconds, double BusyMilliseconds, double Mebibytes)
{
    /// <summary>How many requests Vault received, with the logins.</summary>
    internal int Requests { get; init; }

    internal int Logins { get; init; }
}

/// <summary>A program in one mode, how it is started, and its starts.</summary>
internal sealed record StartSeries(string Program, string Mode, string Path, IReadOnlyDictionary<string, string> Settings)
{
    internal bool IsBare => Program == StartFixture.Bare;

    internal List<MeasuredStart> Runs { get; } = [];

    /// <summary>As the runtime writes them down; none in mode <c>nativeaot</c>.</summary>
    internal List<string> Methods { get; } = [];

    internal double Milliseconds => Median(run => run.Milliseconds);

    internal double BusyMilliseconds => Median(run => run.BusyMilliseconds);

    internal double Mebibytes => Median(run => run.Mebibytes);

    internal double Requests => Median(run => run.Requests);

    internal double Logins => Median(run => run.Logins);

    internal double Quantile(double share)
    {
        var sorted = Runs.Select(run => run.Milliseconds).Order().ToArray();
        return sorted[(int)Math.Round((sorted.Length - 1) * share)];
    }

    private double Median(Func<MeasuredStart, double> number)
    {
        var sorted = Runs.Select(number).Order().ToArray();
        return sorted[(sorted.Length - 1) / 2];
    }
}
