namespace Strongroom.Testing.Aws.Policies;

/// <summary>What one credential may do: all, until it has a policy; and never what is denied to it.</summary>
internal sealed class AccessRules
{
    private readonly Lock gate = new();
    private readonly List<PolicyStatement> denials = [];
    private PolicyDocument? policy;

    /// <summary>Null allows everything.</summary>
    public PolicyDocument? Policy
    {
        get
        {
            lock (gate)
                return policy;
        }
        set
        {
            lock (gate)
                policy = value;
        }
    }

    public void Deny(PolicyStatement statement)
    {
        lock (gate)
            denials.Add(statement);
    }

    public void ClearDenials()
    {
        lock (gate)
            denials.Clear();
    }

    /// <summary>Why it is refused, in IAM's words; null where it is allowed. A denial wins over any allowance.</summary>
    public string? Refuses(string action, string resource, ConditionContext facts, string region)
    {
        lock (gate)
        {
            if (denials.Concat(policy?.Statements ?? []).Any(s => !s.Allows && s.Covers(action, resource, facts, region)))
                return "an explicit deny in an identity-based policy is attached";
            return policy is null || policy.Statements.Any(s => s.Allows && s.Covers(action, resource, facts, region))
                ? null
                : $"no identity-based policy allows the {action} action";
        }
    }
}
