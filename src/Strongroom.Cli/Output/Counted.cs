using System.Globalization;

namespace Strongroom.Cli.Output;

/// <summary>A number and its noun: 1 byte, 2 bytes.</summary>
internal static class Counted
{
    internal static string Text(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
