namespace Strongroom.Vault.Tests.Support;

/// <summary>Tests that measure the live heap, which others change when they run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
