namespace Strongroom.Testing.Vault;

/// <summary>A tenant: mounts, auth methods and policies of its own. The root one has the empty path.</summary>
/// <param name="path">From the root, with a slash at its end.</param>
internal sealed class VaultNamespace(string path)
{
    public string Id { get; } = path.Length == 0 ? "root" : TokenText.Letters(5);

    public string Path => path;

    public MountTable Mounts { get; } = new();

    public PolicyStore Policies { get; } = new();

    public bool Holds(VaultNamespace other) => other.Path.StartsWith(Path, StringComparison.Ordinal);
}
