namespace Strongroom.Testing.Vault;

/// <summary>What a token is made of: by its creator, or by the role that a login names.</summary>
internal sealed record TokenRequest
{
    public required VaultNamespace Namespace { get; init; }

    public required string Path { get; init; }

    public required string DisplayName { get; init; }

    public IReadOnlyList<string> Policies { get; init; } = [];

    public bool NoDefaultPolicy { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string EntityId { get; init; } = "";

    public Token? Parent { get; init; }

    /// <summary>Zero: the mount's, or the system's.</summary>
    public TimeSpan Ttl { get; init; }

    public TimeSpan MaxTtl { get; init; }

    public TimeSpan ExplicitMaxTtl { get; init; }

    public TimeSpan Period { get; init; }

    public int Uses { get; init; }

    public bool Renewable { get; init; } = true;

    public bool Batch { get; init; }

    /// <summary>Random unless a root token asks for one.</summary>
    public string? Id { get; init; }

    public IReadOnlyList<string> AllPolicies()
    {
        var names = Policies.Select(p => p.ToLowerInvariant()).Distinct(StringComparer.Ordinal);
        if (Policies.Contains("root"))
            return ["root"];
        return
        [
            .. (NoDefaultPolicy ? names : names.Append("default")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }
}
