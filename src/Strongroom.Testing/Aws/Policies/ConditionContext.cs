namespace Strongroom.Testing.Aws.Policies;

/// <summary>The facts of a request that a policy's conditions may ask for, by condition key.</summary>
internal sealed class ConditionContext(IReadOnlyDictionary<string, string> facts)
{
    public static ConditionContext Empty { get; } = new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase));

    public string? this[string key] => facts.GetValueOrDefault(key);
}
