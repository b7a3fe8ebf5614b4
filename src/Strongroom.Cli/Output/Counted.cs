using System.Globalization;

namespace Strongroom.Cli.Output;

/// <summary>A number and its noun: 1 byte, 2 bytes.</summary>
internal static class Counted
{
    internal static string Text(long count, string noun) => Text(count, noun, noun + "s");

    internal static string Text(long count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
