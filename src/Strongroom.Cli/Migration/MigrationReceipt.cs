using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strongroom.Cli.Migration;

/// <summary>What became of the file, and every secret that was in it: each counts as exposed until it is rotated.</summary>
internal sealed record MigrationReceipt(
    string File, string Done, bool IsComplete, DateTimeOffset At, DateTimeOffset? KeptUntil, string? SealedFile, string? KeyName, string Backend, string Namespace, string Operator,
    string Notice, IReadOnlyList<ExposedSecret> Secrets)
{
    internal const string Exposed = "Every secret below stood in plain text in this file and counts as exposed until it is rotated.";

    internal static string PathOf(string file) => file + ".receipt.json";

    /// <summary>The receipt of an earlier run, or null.</summary>
    internal static MigrationReceipt? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(PathOf(file)), MigrationJson.Default.MigrationReceipt);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{PathOf(file)} cannot be read", "Move it away: it is the receipt of another file, or was changed.");
        }
    }

    internal void Write(string file) => WholeFile.Write(PathOf(file), JsonSerializer.SerializeToUtf8Bytes(this, MigrationJson.Default.MigrationReceipt), WholeFile.OwnerOnly);
}

/// <summary>One secret that was in the file.</summary>
internal sealed record ExposedSecret(string Variable, string? Name, string? Version, bool ExposedUntilRotated = true);

/// <summary>The result of <c>migrate</c>: the plan, or what was done.</summary>
internal sealed record MigrationShape(bool Applied, string Backend, string? Template, IReadOnlyList<EntryShape> Entries);

/// <summary>One variable; never its value.</summary>
internal sealed record EntryShape(string Variable, string Kind, string? Name, string? Place, string Reason, string State, string? Version, string? Weak)
{
    internal static EntryShape Of(PlannedEntry entry) => new(
        entry.Variable, entry.Kind.ToString().ToLowerInvariant(), entry.Name?.ToString(), entry.Place?.ToString(), entry.Reason, entry.State, entry.Version, entry.Weakness);
}

/// <summary>The result of <c>migrate --compare</c>.</summary>
internal sealed record ParityShape(bool Equal, IReadOnlyList<ParityRow> Secrets);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MigrationReceipt))]
[JsonSerializable(typeof(MigrationShape))]
[JsonSerializable(typeof(ParityShape))]
[JsonSerializable(typeof(SealedEnvelope))]
internal sealed partial class MigrationJson : JsonSerializerContext;
