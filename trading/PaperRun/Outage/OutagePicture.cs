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
        svg.AppendLine(
            Invariant(
                $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">"
            )
        );
        svg.AppendLine(
            "<title>Budget, permission and orders through an outage</title><rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
        );
        foreach (var (permission, from, to) in Bands(samples))
            svg.AppendLine(
                Invariant(
                    $"<rect x=\"{X(from):0.0}\" y=\"{Top}\" width=\"{X(to) - X(from):0.0}\" height=\"{PlotHeight}\" fill=\"{Colour(permission)}\"/><text x=\"{X(from) + 4:0.0}\" y=\"{Top + 14}\" fill=\"#444\">{permission}</text>"
                )
            );
        var away = samples.Where(sample => !sample.BackendIsUp).ToList();
        svg.AppendLine(
            Invariant(
                $"<rect x=\"{X(away[0].At):0.0}\" y=\"{Top - 12}\" width=\"{X(away[^1].At) - X(away[0].At):0.0}\" height=\"8\" fill=\"#b00020\"/><text x=\"{X(away[0].At):0.0}\" y=\"{Top - 18}\" fill=\"#b00020\">backend away</text>"
            )
        );
        Line("#1a56b0", sample => sample.BudgetLeft / options.Ttl);
        Line("#222222", sample => (double)sample.Orders / mostOrders);
        Line("#b06a00", sample => (double)sample.Working / mostOrders);
        for (var tick = 0; tick <= 12; tick++)
            svg.AppendLine(
                Invariant(
                    $"<text x=\"{X(span * tick / 12):0.0}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{(span * tick / 12).TotalMinutes:0.#}</text>"
                )
            );
        foreach (var share in new[] { 0, 1 / 12.0, 1 / 3.0, 1 })
        {
            svg.AppendLine(
                Invariant(
                    $"<text x=\"{Left - 6}\" y=\"{Y(share) + 4:0.0}\" text-anchor=\"end\" fill=\"#1a56b0\">{(options.Ttl * share).TotalMinutes:0.#} min</text>"
                )
            );
            svg.AppendLine(
                Invariant(
                    $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(share):0.0}\" y2=\"{Y(share):0.0}\" stroke=\"#999\" stroke-dasharray=\"2 4\"/>"
                )
            );
        }
        svg.AppendLine(
            Invariant(
                $"<text x=\"{Width - Right + 6}\" y=\"{Top + 4}\">{mostOrders}</text><text x=\"{Width - Right + 6}\" y=\"{Height - Bottom + 4}\">0</text>"
            )
        );
        svg.AppendLine(
            Invariant(
                $"<text x=\"{Left}\" y=\"{Height - 14}\">minutes since the start · <tspan fill=\"#1a56b0\">budget left (left axis)</tspan> · <tspan fill=\"#222222\">orders in the broker's book</tspan> and <tspan fill=\"#b06a00\">of them working (right axis)</tspan></text>"
            )
        );
        return svg.AppendLine("</svg>").ToString();

        double X(TimeSpan at) => Left + (PlotWidth * (at / span));
        double Y(double share) => Top + (PlotHeight * (1 - share));
        void Line(string colour, Func<OutageSample, double> share) =>
            svg.AppendLine(
                Invariant(
                    $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{string.Join(' ', samples.Select(sample => Invariant($"{X(sample.At):0.0},{Y(share(sample)):0.0}")))}\"/>"
                )
            );
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
