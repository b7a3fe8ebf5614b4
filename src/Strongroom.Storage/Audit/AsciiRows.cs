using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>
/// Rows for a database that lacks characters, such as one in LATIN1: what is not ASCII is written as its number.
/// </summary>
internal static class AsciiRows
{
    [return: NotNullIfNotNull(nameof(instance))]
    internal static InstanceRow? Of(InstanceRow? instance) =>
        instance is null
            ? null
            : instance with
            {
                Instance = Of(instance.Instance),
                Service = Of(instance.Service),
                Environment = Of(instance.Environment),
                Backend = Of(instance.Backend),
                Host = Of(instance.Host),
                Actor = Of(instance.Actor),
            };

    internal static IReadOnlyList<AccessRow> Of(IReadOnlyList<AccessRow> rows) =>
        [
            .. rows.Select(row =>
                row with
                {
                    Instance = Of(row.Instance),
                    Service = Of(row.Service),
                    Name = Of(row.Name),
                    Version = Of(row.Version),
                    Backend = Of(row.Backend),
                    RequestId = Of(row.RequestId),
                }
            ),
        ];

    internal static string Of(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var ascii = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAscii(c))
                ascii.Append(c);
            else
                ascii.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return ascii.ToString();
    }
}
