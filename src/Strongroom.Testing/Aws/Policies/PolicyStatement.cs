namespace Strongroom.Testing.Aws.Policies;

/// <summary>One statement of a policy. A list that is negated holds for everything that it does not name.</summary>
internal sealed record PolicyStatement(
    bool Allows,
    PatternList Actions,
    PatternList Resources,
    IReadOnlyList<PolicyCondition> Conditions
)
{
    public bool Covers(string action, string resource, ConditionContext facts, string region) =>
        Actions.Covers(action, ignoreCase: true)
        && Resources.Covers(resource, ignoreCase: false)
        && Conditions.All(c => c.Holds(facts, region));
}

internal sealed record PatternList(IReadOnlyList<string> Patterns, bool Negated)
{
    public bool Covers(string text, bool ignoreCase) =>
        Patterns.Any(p => WildcardPattern.Matches(p, text, ignoreCase)) != Negated;
}

/// <summary>One condition: any of the values will do. A fact that the request has not fulfils only what is negated.</summary>
internal sealed record PolicyCondition(string Operator, string Key, IReadOnlyList<string> Values)
{
    public static IReadOnlyList<string> Operators { get; } =
    ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotLike", "ArnEquals", "ArnLike"];

    public bool Holds(ConditionContext facts, string region)
    {
        var fact = Key.Equals("aws:RequestedRegion", StringComparison.OrdinalIgnoreCase) ? region : facts[Key];
        var negated = Operator.Contains("Not", StringComparison.Ordinal);
        return fact is null ? negated : Values.Any(value => Matches(value, fact)) != negated;
    }

    private bool Matches(string value, string fact) =>
        Operator switch
        {
            "StringLike" or "StringNotLike" or "ArnEquals" or "ArnLike" => WildcardPattern.Matches(value, fact),
            "StringEqualsIgnoreCase" => value.Equals(fact, StringComparison.OrdinalIgnoreCase),
            _ => value == fact,
        };
}
