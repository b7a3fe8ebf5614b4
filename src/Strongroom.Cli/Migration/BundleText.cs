using System.Buffers;
using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Backends.Wire;

namespace Strongroom.Cli.Migration;

/// <summary>The whole text of a secret with several fields. What it passes through is erased.</summary>
internal static class BundleText
{
    /// <summary>
    /// The text with the entries' fields in it; fields of others stay as they are written. Null if it does not consist of fields.
    /// </summary>
    /// <exception cref="CommandException">A value cannot be stored beside others.</exception>
    internal static SecretValue? With(SecretValue? whole, IEnumerable<PlannedEntry> entries)
    {
        var text = Copy(whole);
        try
        {
            foreach (var entry in entries)
            {
                using var before = text;
                text = Merge(before.Written, entry);
            }
            return SecretValue.FromBytes(text.Written.Span);
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            text.Dispose();
        }
    }

    private static ErasedBuffer Copy(SecretValue? whole)
    {
        var text = new ErasedBuffer();
        if (whole is null)
            text.Write("{}"u8);
        else
            whole.Reveal(text, static (utf8, into) =>
            {
                into.Write(utf8);
                return 0;
            });
        return text;
    }

    private static ErasedBuffer Merge(ReadOnlyMemory<byte> text, PlannedEntry entry)
    {
        if (!JsonText.IsText(entry.Value!))
        {
            throw new CommandException(
                ExitCodes.Unavailable,
                $"the value of {entry.Variable} is not UTF-8 text, and only text can be stored beside other fields; "
                    + "nothing of its secret was written",
                "Encode it, for instance as base64, and tell those who read it.",
                nameof(SecretErrorCode.WriteFailed)
            );
        }
        using var map = JsonDocument.Parse(text);
        return map.RootElement.ValueKind == JsonValueKind.Object
            ? JsonMap.With(map.RootElement, entry.Place!.Value.Field ?? FieldSelection.DefaultField, entry.Value)
            : throw new JsonException();
    }
}
