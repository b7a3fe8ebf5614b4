using System.Text.Json;
using Strongroom.Audit;

namespace Strongroom.Cli.Commands;

/// <summary>
/// The result of <c>audit</c> as JSON: a property for each column, named by the column in camel case unless the column has
/// another JSON name.
/// </summary>
internal static class AuditRowsJson
{
    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<AccessRow> rows)
    {
        var properties = new Properties(writer);
        writer.WriteStartObject();
        writer.WriteStartArray("rows");
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            AuditColumns.Visit(row, ref properties);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private readonly struct Properties(Utf8JsonWriter writer) : IAuditColumnVisitor
    {
        private readonly Dictionary<string, JsonEncodedText> _names = [];

        public string Text(string column, string value)
        {
            writer.WriteString(NameOf(column), value);
            return value;
        }

        public string InstanceText(string column, string value) => Text(column, value);

        public Guid Id(string column, Guid value)
        {
            writer.WriteString(NameOf(column), value);
            return value;
        }

        public int Int32(string column, int value)
        {
            writer.WriteNumber(NameOf(column), value);
            return value;
        }

        public long Int64(string column, long value, string? json)
        {
            writer.WriteNumber(NameOf(column, json), value);
            return value;
        }

        public DateTimeOffset Time(string column, DateTimeOffset value)
        {
            writer.WriteString(NameOf(column), value);
            return value;
        }

        public TimeSpan? Duration(string column, TimeSpan? value, string json)
        {
            if (value is { } duration)
                writer.WriteNumber(NameOf(column, json), duration.TotalMilliseconds);
            else
                writer.WriteNull(NameOf(column, json));
            return value;
        }

        public T Number<T>(string column, T value)
            where T : struct, Enum
        {
            writer.WriteString(NameOf(column), AuditCommand.Word(value));
            return value;
        }

        public SecretErrorCode? Error(string column, SecretErrorCode? value)
        {
            writer.WriteString(NameOf(column), value?.ToString());
            return value;
        }

        private JsonEncodedText NameOf(string column, string? name = null)
        {
            if (!_names.TryGetValue(column, out var encoded))
                _names[column] = encoded = JsonEncodedText.Encode(name ?? CamelCase(column));
            return encoded;
        }

        private static string CamelCase(string column) =>
            string.Concat(column.Split('_').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
