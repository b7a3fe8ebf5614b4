using System.Text.Json.Serialization;

namespace Strongroom.Cli.Commands;

/// <summary>
/// The result of <c>set</c>, <c>delete</c> and <c>rollback</c>: what was done to which name, and the version that came of it.
/// </summary>
internal sealed record ChangeShape(string Action, string Name, string? Version, string Backend)
{
    /// <summary>When a deleted secret is gone for good; left out where the backend has no such end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RestorableUntil { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChangeShape))]
internal sealed partial class ChangeJson : JsonSerializerContext;
