using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strongroom.Cli.Migration;

/// <summary>What became of the file and of every entry in it; each secret counts as exposed until it is rotated.</summary>
internal sealed record MigrationReceipt(
    string File,
    string Done,
    bool IsComplete,
    DateTimeOffset At,
    DateTimeOffset? KeptUntil,
    string? SealedFile,
    string? KeyName,
    string Backend,
    string Namespace,
    string Operator,
    string Notice,
    IReadOnlyList<ExposedSecret> Secrets,
    IReadOnlyList<ReceiptEntry>? Entries = null
)
{
    internal const string Exposed =
        "Every secret below stood in plain text in this file and counts as exposed until it is rotated.";

    private const int LongestFile = 4 * 1024 * 1024;

    internal static string PathOf(string file) => file + ".receipt.json";

    /// <summary>The receipt of an earlier run, or null.</summary>
    internal static MigrationReceipt? Read(string file)
    {
        try
        {
            return LockedFile.Read(PathOf(file), LongestFile) is { } json
                ? JsonSerializer.Deserialize(json, MigrationJson.Default.MigrationReceipt)
                : null;
        }
        catch (JsonException)
        {
            throw CommandException.Usage(
                $"{PathOf(file)} cannot be read",
                "Move it away: it is the receipt of another file, or was changed."
            );
        }
    }

    internal Task WriteAsync(string file, TimeProvider time, CancellationToken ct) =>
        LockedFile.WriteAsync(
            PathOf(file),
            JsonSerializer.SerializeToUtf8Bytes(this, MigrationJson.Default.MigrationReceipt),
            LockedFile.OwnerOnly,
            time,
            ct
        );
}

/// <summary>One secret that was in the file.</summary>
internal sealed record ExposedSecret(string Variable, string? Name, string? Version, bool ExposedUntilRotated = true);

/// <summary>Where one variable's value is now: one of <see cref="MigrationOutcome"/>.</summary>
internal sealed record ReceiptEntry(string Variable, string Kind, string Outcome, string? Name, string? Version);

/// <summary>The words of <see cref="ReceiptEntry.Outcome"/>.</summary>
internal static class MigrationOutcome
{
    /// <summary>In the backend, under the entry's name.</summary>
    internal const string Backend = "backend";

    /// <summary>In the template, where anyone may read it.</summary>
    internal const string Template = "template";

    /// <summary>Nowhere but in the sealed file.</summary>
    internal const string Sealed = "sealed";

    /// <summary>Let go by name.</summary>
    internal const string Dropped = "dropped";

    /// <summary>There was none.</summary>
    internal const string NoValue = "no value";
}

/// <summary>The result of <c>migrate</c>: the plan, or what was done.</summary>
internal sealed record MigrationShape(bool Applied, string Backend, string? Template, IReadOnlyList<EntryShape> Entries);

/// <summary>One variable; never its value.</summary>
internal sealed record EntryShape(
    string Variable,
    string Kind,
    string? Name,
    string? Place,
    string Reason,
    string State,
    string? Version,
    string? Weak
)
{
    internal static EntryShape Of(PlannedEntry entry) =>
        new(
            entry.Variable,
            entry.Kind.ToString().ToLowerInvariant(),
            entry.Name?.ToString(),
            entry.Place?.ToString(),
            entry.Reason,
            entry.State,
            entry.Version,
            entry.Weakness
        );
}

/// <summary>The result of <c>migrate --compare</c>.</summary>
internal sealed record ParityShape(bool Equal, IReadOnlyList<ParityRow> Secrets);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MigrationReceipt))]
[JsonSerializable(typeof(MigrationShape))]
[JsonSerializable(typeof(ParityShape))]
[JsonSerializable(typeof(SealedEnvelope))]
internal sealed partial class MigrationJson : JsonSerializerContext;
