namespace Strongroom.Testing.Vault;

/// <summary>What a token may do, from all its policies as they are now.</summary>
internal sealed class AccessList
{
    private readonly Dictionary<string, (PathPattern Pattern, Capability Granted)> rules = new(StringComparer.Ordinal);
    private readonly bool root;

    private AccessList(Token token)
    {
        root = token.IsRoot;
        foreach (var rule in token.Policies.Select(token.Namespace.Policies.Find).OfType<Policy>().SelectMany(p => p.Rules))
            rules[rule.Path.Text] = (rule.Path, rule.Granted | rules.GetValueOrDefault(rule.Path.Text).Granted);
    }

    public static AccessList Of(Token token) => new(token);

    public bool Allows(Operation operation, string path, bool sudo)
    {
        if (root)
            return true;
        var granted = At(path, operation == Operation.List);
        return !granted.HasFlag(Capability.Deny)
            && granted.HasFlag(CapabilityNames.Needed(operation))
            && (!sudo || granted.HasFlag(Capability.Sudo));
    }

    /// <summary>Whether anything at all is granted at or below a mount.</summary>
    public bool ReachesBelow(string mount) =>
        root || rules.Values.Any(rule => !rule.Granted.HasFlag(Capability.Deny) && rule.Pattern.MeetsBelow(mount));

    public IReadOnlyList<string> Names(string path) => root ? ["root"] : [.. CapabilityNames.Of(At(path, listing: true))];

    // A LIST of a folder may be granted with or without the slash at its end.
    private Capability At(string path, bool listing)
    {
        var matching = rules.Values.Where(r => r.Pattern.Matches(path)).ToList();
        if (listing && path.EndsWith('/') && !matching.Exists(r => r.Pattern.IsExact))
            matching.AddRange(rules.Values.Where(r => r.Pattern.IsExact && r.Pattern.Matches(path[..^1])));
        return matching.Count == 0 ? Capability.None : matching.MaxBy(r => r.Pattern).Granted;
    }
}
