using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>A request as engines see it: no HTTP left but what Vault itself acts on.</summary>
internal sealed class VaultRequest
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public required Operation Operation { get; set; }

    /// <summary>Below the namespace, without a slash in front; a LIST's ends in one.</summary>
    public required string Path { get; init; }

    public required VaultNamespace Namespace { get; init; }

    /// <summary>With a slash at its end. Set when the mount is found.</summary>
    public string MountPath { get; set; } = "";

    /// <summary>What is left of <see cref="Path"/> below the mount.</summary>
    public string Rest => Path[Math.Min(MountPath.Length, Path.Length)..];

    public required Fields Fields { get; init; }

    public required string? ClientToken { get; init; }

    /// <summary>Null on paths that need none.</summary>
    public Token? Token { get; set; }

    public TimeSpan? WrapTtl { get; init; }

    public string? ContentType { get; init; }

    /// <summary>A body that is no JSON.</summary>
    public byte[]? Archive { get; init; }

    public X509Certificate2? Certificate { get; init; }

    public required string RemoteAddress { get; init; }

    public bool Writes => Operation is Operation.Create or Operation.Update;
}
