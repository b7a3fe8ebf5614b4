namespace Strongroom.Testing.Vault;

/// <summary>A role: its id, its secret ids, and what its tokens are like. Changed under the engine's lock.</summary>
internal sealed class AppRole(string name)
{
    public string Name => name;

    public string RoleId { get; set; } = Guid.NewGuid().ToString();

    public bool BindSecretId { get; set; } = true;

    public TimeSpan SecretIdTtl { get; set; }

    public int SecretIdUses { get; set; }

    public RoleTokens Tokens { get; set; } = new();

    public List<AppRoleSecretId> SecretIds { get; } = [];
}

/// <summary>A secret id, kept as a keyed hash.</summary>
internal sealed class AppRoleSecretId(
    byte[] hash,
    string accessor,
    DateTimeOffset? expiresAt,
    int usesLeft,
    IReadOnlyDictionary<string, string> metadata
)
{
    public byte[] Hash => hash;

    public string Accessor => accessor;

    public DateTimeOffset? ExpiresAt => expiresAt;

    /// <summary>0: as many as you like.</summary>
    public int UsesLeft { get; set; } = usesLeft;

    public IReadOnlyDictionary<string, string> Metadata => metadata;
}
