using System.Globalization;
using System.Text;
using System.Text.Json;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Whose journal a file is, as its head says it. Written by hand: the serializer's metadata, and already the writer's table of
/// what to
/// escape, cost a command more than all the rest of its journal.
/// </summary>
internal static class InstanceRowJson
{
    internal static byte[] Write(InstanceRow row) =>
        Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {"Instance":{{Quoted(row.Instance)}},"Boot":"{{row.Boot}}","Service":{{Quoted(
                    row.Service
                )}},"Environment":{{Quoted(row.Environment)}},"Backend":{{Quoted(row.Backend)}},"Host":{{Quoted(
                    row.Host
                )}},"ProcessId":{{row.ProcessId}},"Actor":{{Quoted(row.Actor)}},"StartedAt":"{{row.StartedAt:O}}"}
                """
            )
        );

    /// <summary>What is not there is empty; null where it is no such text at all.</summary>
    internal static InstanceRow? TryRead(ReadOnlySpan<byte> json)
    {
        var row = new InstanceRow("", Guid.Empty, "", "", "", "", 0, "", default);
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                row = name switch
                {
                    "Instance" => row with { Instance = reader.GetString() ?? "" },
                    "Boot" => row with { Boot = reader.GetGuid() },
                    "Service" => row with { Service = reader.GetString() ?? "" },
                    "Environment" => row with { Environment = reader.GetString() ?? "" },
                    "Backend" => row with { Backend = reader.GetString() ?? "" },
                    "Host" => row with { Host = reader.GetString() ?? "" },
                    "ProcessId" => row with { ProcessId = reader.GetInt32() },
                    "Actor" => row with { Actor = reader.GetString() ?? "" },
                    "StartedAt" => row with { StartedAt = reader.GetDateTimeOffset() },
                    _ => row,
                };
                reader.Skip();
            }
            return row;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\' or < ' ')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }
}
