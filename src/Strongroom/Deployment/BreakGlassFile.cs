using System.Text.Json;
using Strongroom.Unix;

namespace Strongroom.Deployment;

/// <summary>
/// What an operator with root's rights wrote: <c>{"operator":"…","reason":"…","until":"2030-01-01T12:00:00Z"}</c>.
/// </summary>
internal sealed record BreakGlassFile(string Operator, string Reason, DateTimeOffset Until)
{
    private const int LongestFile = 16 * 1024;

    /// <summary>
    /// Reads and checks the file; it is believed because only <paramref name="trustedOwner"/> can have written it.
    /// </summary>
    /// <exception cref="SecretRefusedException">It opens nothing (<see cref="SecretErrorCode.Guardrail"/>).</exception>
    internal static BreakGlassFile Read(string path, DateTimeOffset now, uint trustedOwner)
    {
        var file = Parse(path, ReadBytes(path, trustedOwner));
        if (file.Until <= now)
            throw Refused(path, $"its time ended at {file.Until:u}. Write a new one if it is needed again");
        if (file.Until - now > BreakGlass.MaxDuration)
            throw Refused(
                path,
                $"its end is more than {BreakGlass.MaxDuration.TotalHours} hours ahead. Set 'until' to "
                    + $"{(now + BreakGlass.MaxDuration).UtcDateTime:s}Z or earlier"
            );
        return file;
    }

    private static byte[] ReadBytes(string path, uint trustedOwner)
    {
        try
        {
            using var handle = UnixFile.OpenChecked(path, Check)
                ?? throw Refused(path, "there is no such file. Write it as root, or unset SECRET_BREAK_GLASS_FILE");
            var bytes = new byte[UnixFile.GetStatus(handle).Size];
            return bytes[..RandomAccess.Read(handle, bytes, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            throw Refused(path, $"it cannot be read. Run as root: chmod 644 {path}");
        }

        void Check(UnixFileStatus file)
        {
            if (!file.IsRegular)
                throw Refused(path, "it is not a regular file; links are not followed");
            if (file.User != trustedOwner)
                throw Refused(
                    path,
                    "it does not belong to root. Write it as root; this is a decision that the service's user must not make"
                );
            if ((file.Mode & UnixFile.OthersWrite) != 0)
                throw Refused(path, $"others may write to it. Run as root: chmod 644 {path}");
            if (file.Size > LongestFile)
                throw Refused(path, "it is too long");
        }
    }

    private static BreakGlassFile Parse(string path, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (
                HasExactly(root, "operator", "reason", "until")
                && Text(root, "operator", 128) is { } who
                && Text(root, "reason", 512) is { } why
                && Timestamp(root) is { } until
            )
                return new BreakGlassFile(who, why, until);
        }
        catch (JsonException)
        {
            // The original exception quotes the text around the fault.
        }
        throw Refused(
            path,
            "it is malformed. It holds exactly operator (up to 128 characters), reason (up to 512) and until, a time with its "
                + "offset such as "
                + "2030-01-01T12:00:00Z, as one JSON object"
        );
    }

    private static bool HasExactly(JsonElement root, params string[] properties) =>
        root.ValueKind == JsonValueKind.Object
        && root.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal).SequenceEqual(properties);

    private static string? Text(JsonElement root, string property, int longest) =>
        root.GetProperty(property) is { ValueKind: JsonValueKind.String } value
        && value.GetString()!.Trim() is { Length: > 0 } text
        && text.Length <= longest
        && !text.Any(char.IsControl)
            ? text
            : null;

    /// <summary>A time without an offset would be read in the machine's zone, hours off from what its writer meant.</summary>
    private static DateTimeOffset? Timestamp(JsonElement root) =>
        root.GetProperty("until") is { ValueKind: JsonValueKind.String } value
        && value.TryGetDateTimeOffset(out var until)
        && value.GetString() is { Length: > 10 } text
        && (text[^1] == 'Z' || text.AsSpan(10).ContainsAny('+', '-'))
            ? until
            : null;

    private static SecretRefusedException Refused(string path, string problem) =>
        new(SecretErrorCode.Guardrail, $"The break-glass file {path} opens nothing: {problem}.", backend: BackendChoice.Env);
}
