using System.Globalization;

namespace Strongroom.Hosting;

/// <summary>A number with its noun, for lines that people read: <c>1 secret</c>, <c>2 secrets</c>.</summary>
internal static class Counted
{
    internal static string Of(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
