using System.Globalization;

namespace PaperRun.Day;

/// <summary>How far the day is, on stderr: one line that changes on a terminal, else a line every few cycles.</summary>
internal sealed class DayProgress(TextWriter to, bool isTerminal)
{
    private const int CyclesPerLine = 6;

    internal static DayProgress OnStandardError() => new(Console.Error, !Console.IsErrorRedirected);

    internal void Show(int done, int of, DateTimeOffset brokerTime, bool isOver)
    {
        // The broker's clock shows New York's time.
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"paper-run: cycle {done} of {of}, {brokerTime:HH:mm} in New York"
        );
        if (isTerminal)
            to.Write(isOver ? $"\r{text}\n" : $"\r{text} ");
        else if (isOver || done % CyclesPerLine == 0)
            to.WriteLine(text);
    }
}
