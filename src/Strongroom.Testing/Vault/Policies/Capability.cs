namespace Strongroom.Testing.Vault;

/// <summary>What a policy grants on a path. Deny beats all others.</summary>
[Flags]
internal enum Capability
{
    None = 0,
    Deny = 1,
    Create = 2,
    Read = 4,
    Update = 8,
    Delete = 16,
    List = 32,
    Sudo = 64,
    Patch = 128,
}

internal static class CapabilityNames
{
    private static readonly (string Name, Capability Capability)[] Names =
    [
        ("create", Capability.Create),
        ("delete", Capability.Delete),
        ("deny", Capability.Deny),
        ("list", Capability.List),
        ("patch", Capability.Patch),
        ("read", Capability.Read),
        ("sudo", Capability.Sudo),
        ("update", Capability.Update),
    ];

    public static Capability? Parse(string name) =>
        Array.Find(Names, n => n.Name == name) is { Name: not null } found ? found.Capability : null;

    public static IEnumerable<string> Of(Capability capabilities) =>
        capabilities.HasFlag(Capability.Deny) || capabilities == Capability.None
            ? ["deny"]
            : Names.Where(n => capabilities.HasFlag(n.Capability)).Select(n => n.Name);

    public static Capability Needed(Operation operation) =>
        operation switch
        {
            Operation.Read => Capability.Read,
            Operation.List => Capability.List,
            Operation.Create => Capability.Create,
            Operation.Update => Capability.Update,
            Operation.Patch => Capability.Patch,
            _ => Capability.Delete,
        };
}
