using System.Globalization;

namespace Strongroom;

/// <summary>A number with its noun in the right form: 1 byte, 2 bytes.</summary>
internal static class Quantity
{
    internal static string Format(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? singular : plural ?? singular + "s")}");
}
