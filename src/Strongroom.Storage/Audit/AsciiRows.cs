using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>
/// Converts rows for a database whose encoding lacks characters, such as LATIN1: other than ASCII characters become escapes.
/// </summary>
internal static class AsciiRows
{
    [return: NotNullIfNotNull(nameof(instance))]
    internal static InstanceRow? Of(InstanceRow? instance)
    {
        var texts = default(Texts);
        return instance is null ? null : AuditColumns.Visit(instance, ref texts);
    }

    internal static IReadOnlyList<AccessRow> Of(IReadOnlyList<AccessRow> rows)
    {
        var texts = default(Texts);
        return [.. rows.Select(row => AuditColumns.Visit(row, ref texts))];
    }

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

    private readonly struct Texts : IAuditColumnVisitor
    {
        public string Text(string column, string value) => Of(value);

        public string InstanceText(string column, string value) => value;

        public Guid Id(string column, Guid value) => value;

        public int Int32(string column, int value) => value;

        public long Int64(string column, long value, string? json) => value;

        public DateTimeOffset Time(string column, DateTimeOffset value) => value;

        public TimeSpan? Duration(string column, TimeSpan? value, string json) => value;

        public T Number<T>(string column, T value)
            where T : struct, Enum => value;

        public SecretErrorCode? Error(string column, SecretErrorCode? value) => value;
    }
}
