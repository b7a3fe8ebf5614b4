using System.Globalization;
using System.Text;
using System.Text.Json;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Reads and writes the owner of a journal in its header. Hand-written, since the JSON serializer would cost a command more than
/// all other work on its journal. Properties are named as the columns, in Pascal case.
/// </summary>
internal static class InstanceRowJson
{
    internal static byte[] Write(InstanceRow row)
    {
        var writer = new Writer();
        AuditColumns.Visit(row, ref writer);
        return Encoding.UTF8.GetBytes(writer.Json.Append('}').ToString());
    }

    /// <summary>A missing property is empty. Null if the text is not valid.</summary>
    internal static InstanceRow? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Reader(json);
            return AuditColumns.ReadInstance(ref reader);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private readonly struct Writer() : IAuditColumnVisitor
    {
        public StringBuilder Json { get; } = new();

        public string Text(string column, string value)
        {
            Property(column).Append('"');
            foreach (var c in value)
            {
                if (c is '"' or '\\' or < ' ')
                    Json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                else
                    Json.Append(c);
            }
            Json.Append('"');
            return value;
        }

        public string InstanceText(string column, string value) => Text(column, value);

        public Guid Id(string column, Guid value) => Add(column, value, $"\"{value}\"");

        public int Int32(string column, int value) => Add(column, value, string.Create(CultureInfo.InvariantCulture, $"{value}"));

        public long Int64(string column, long value, string? json) =>
            Add(column, value, string.Create(CultureInfo.InvariantCulture, $"{value}"));

        public DateTimeOffset Time(string column, DateTimeOffset value) =>
            Add(column, value, string.Create(CultureInfo.InvariantCulture, $"\"{value:O}\""));

        public TimeSpan? Duration(string column, TimeSpan? value, string json) => throw Unused(column);

        public T Number<T>(string column, T value)
            where T : struct, Enum => throw Unused(column);

        public SecretErrorCode? Error(string column, SecretErrorCode? value) => throw Unused(column);

        private T Add<T>(string column, T value, string json)
        {
            Property(column).Append(json);
            return value;
        }

        private StringBuilder Property(string column)
        {
            Json.Append(Json.Length == 0 ? "{\"" : ",\"");
            var isStart = true;
            foreach (var c in column)
            {
                if (c != '_')
                    Json.Append(isStart ? char.ToUpperInvariant(c) : c);
                isStart = c == '_';
            }
            return Json.Append("\":");
        }
    }

    private readonly ref struct Reader(ReadOnlySpan<byte> json) : IAuditColumnVisitor
    {
        private readonly ReadOnlySpan<byte> _json = json;

        public string Text(string column, string value) => TryFind(column, out var found) ? found.GetString() ?? value : value;

        public string InstanceText(string column, string value) => Text(column, value);

        public Guid Id(string column, Guid value) => TryFind(column, out var found) ? found.GetGuid() : value;

        public int Int32(string column, int value) => TryFind(column, out var found) ? found.GetInt32() : value;

        public long Int64(string column, long value, string? json) => TryFind(column, out var found) ? found.GetInt64() : value;

        public DateTimeOffset Time(string column, DateTimeOffset value) =>
            TryFind(column, out var found) ? found.GetDateTimeOffset() : value;

        public TimeSpan? Duration(string column, TimeSpan? value, string json) => throw Unused(column);

        public T Number<T>(string column, T value)
            where T : struct, Enum => throw Unused(column);

        public SecretErrorCode? Error(string column, SecretErrorCode? value) => throw Unused(column);

        /// <summary>Always reads to the end, so that a truncated text is detected.</summary>
        private bool TryFind(string column, out Utf8JsonReader found)
        {
            found = default;
            var isFound = false;
            var reader = new Utf8JsonReader(_json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isColumn = IsNameOf(column, reader.GetString()!);
                reader.Read();
                if (isColumn)
                    found = reader;
                isFound |= isColumn;
                reader.Skip();
            }
            return isFound;
        }

        private static bool IsNameOf(string column, string property)
        {
            var next = 0;
            foreach (var c in column)
            {
                if (c != '_' && (next == property.Length || char.ToLowerInvariant(property[next++]) != c))
                    return false;
            }
            return next == property.Length;
        }
    }

    private static NotSupportedException Unused(string column) => new($"The head of a journal has no column such as '{column}'.");
}
