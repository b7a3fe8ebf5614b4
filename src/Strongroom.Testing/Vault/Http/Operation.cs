namespace Strongroom.Testing.Vault;

/// <summary>What a request wants of a path. Whether a write creates or updates is the engine's to say.</summary>
internal enum Operation
{
    Read,
    List,
    Create,
    Update,
    Patch,
    Delete,
}
