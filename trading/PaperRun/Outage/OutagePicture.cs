using System.Globalization;
using System.Text;

namespace PaperRun.Outage;

/// <summary>Draws the samples: what trading was allowed as bands, the budget and the orders as lines, over minutes.</summary>
internal static class OutagePicture
{
    private const int Width = 900,
        Height = 420,
        Left = 60,
        Right = 60,
        Top = 50,
        Bottom = 60;
    private const double PlotWidth = Width - Left - Right,
        PlotHeight = Height - Top - Bottom;

    internal static string Draw(IReadOnlyList<OutageSample> samples, OutageOptions options)
    {
        var span = samples[^1].At;
        var mostOrders = Math.Max(1, samples.Max(sample => sample.Orders));
        var svg = new StringBuilder();
        Add(
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}"
                 font-family="sans-serif" font-size="12" role="img">
            <title>Budget, permission and orders through an outage</title>
            <rect width="100%" height="100%" fill="white"/>
            """
        );
        foreach (var (permission, from, to) in Bands(samples))
        {
            Bar(from, to, Top, PlotHeight, Colour(permission));
            Text(X(from) + 4, Top + 14, "#444", permission);
        }
        var outage = samples.Where(sample => !sample.BackendIsUp).ToList();
        Bar(outage[0].At, outage[^1].At, Top - 12, 8, "#b00020");
        Text(X(outage[0].At), Top - 18, "#b00020", "backend unavailable");
        Line("#1a56b0", sample => sample.BudgetLeft / options.Ttl);
        Line("#222222", sample => (double)sample.Orders / mostOrders);
        Line("#b06a00", sample => (double)sample.Working / mostOrders);
        for (var tick = 0; tick <= 12; tick++)
        {
            var at = span * tick / 12;
            Text(X(at), Height - Bottom + 18, "black", Invariant($"{at.TotalMinutes:0.#}"), "middle");
        }
        foreach (var share in new[] { 0, 1 / 12.0, 1 / 3.0, 1 })
        {
            Text(Left - 6, Y(share) + 4, "#1a56b0", Invariant($"{(options.Ttl * share).TotalMinutes:0.#} min"), "end");
            Add(
                $"""
                <line x1="{Left}" x2="{Width - Right}" y1="{Y(share):0.0}" y2="{Y(share):0.0}"
                      stroke="#999" stroke-dasharray="2 4"/>
                """
            );
        }
        Text(Width - Right + 6, Top + 4, "black", $"{mostOrders}");
        Text(Width - Right + 6, Height - Bottom + 4, "black", "0");
        Text(
            Left,
            Height - 14,
            "black",
            """
            minutes since the start · <tspan fill="#1a56b0">budget left (left axis)</tspan> ·
            <tspan fill="#222222">orders in the broker's book</tspan> and
            <tspan fill="#b06a00">of them working (right axis)</tspan>
            """
        );
        return svg.AppendLine("</svg>").ToString();

        double X(TimeSpan at) => Left + (PlotWidth * (at / span));
        double Y(double share) => Top + (PlotHeight * (1 - share));
        void Add(FormattableString element) => svg.AppendLine(Invariant(element));
        void Bar(TimeSpan from, TimeSpan to, double y, double height, string colour) =>
            Add($"""<rect x="{X(from):0.0}" y="{y}" width="{X(to) - X(from):0.0}" height="{height}" fill="{colour}"/>""");
        void Text(double x, double y, string colour, string text, string anchor = "start") =>
            Add($"""<text x="{x:0.0}" y="{y:0.0}" text-anchor="{anchor}" fill="{colour}">{text}</text>""");
        void Line(string colour, Func<OutageSample, double> share)
        {
            var points = samples.Select(sample => Invariant($"{X(sample.At):0.0},{Y(share(sample)):0.0}"));
            Add($"""<polyline fill="none" stroke="{colour}" stroke-width="2" points="{string.Join(' ', points)}"/>""");
        }
    }

    private static IEnumerable<(string Permission, TimeSpan From, TimeSpan To)> Bands(IReadOnlyList<OutageSample> samples)
    {
        var begin = 0;
        for (var i = 1; i <= samples.Count; i++)
        {
            if (i < samples.Count && samples[i].Permission == samples[begin].Permission)
                continue;
            yield return (samples[begin].Permission, samples[begin].At, samples[Math.Min(i, samples.Count - 1)].At);
            begin = i;
        }
    }

    private static string Colour(string permission) =>
        permission switch
        {
            "all" => "#e3f4e5",
            "restricted" => "#fff3d6",
            _ => "#fbdfe0",
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
