namespace Strongroom.Testing.Vault;

/// <summary>One server of a cluster: it may be sealed, and one of them is the active one.</summary>
internal sealed class VaultNode(VaultCore core, bool requireRequestHeader)
{
    private volatile bool isSealed;

    public VaultCore Core => core;

    public bool RequireRequestHeader => requireRequestHeader;

    public Uri? Url { get; set; }

    public bool IsSealed
    {
        get => isSealed;
        set => isSealed = value;
    }

    public bool IsActive => core.Active == this;
}
