namespace Strongroom.Testing.Vault;

/// <summary>Roles by name, and the requests that list, read, write and delete them.</summary>
internal sealed class RoleStore<TRole>(
    Func<TRole> make,
    Func<TRole, Fields, TRole> change,
    Func<TRole, System.Text.Json.Nodes.JsonObject> tell
)
    where TRole : class
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, TRole> roles = new(StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<string, TRole>> All
    {
        get
        {
            lock (gate)
                return [.. roles];
        }
    }

    public TRole? Find(string name)
    {
        lock (gate)
            return roles.GetValueOrDefault(name);
    }

    /// <param name="request">The request.</param>
    /// <param name="name">The role; empty for a LIST of all.</param>
    public VaultResponse Handle(VaultRequest request, string name)
    {
        lock (gate)
            switch (name.Length > 0, request.Operation)
            {
                case (false, Operation.List):
                    return VaultResponse.Keys(roles.Keys);
                case (true, Operation.Read):
                    return VaultResponse.Of(tell(roles.GetValueOrDefault(name) ?? throw VaultRefusal.NotFound()));
                case (true, Operation.Create or Operation.Update):
                    roles[name] = change(roles.GetValueOrDefault(name) ?? make(), request.Fields);
                    return VaultResponse.NoContent;
                case (true, Operation.Delete):
                    roles.Remove(name);
                    return VaultResponse.NoContent;
                default:
                    throw VaultRefusal.UnsupportedOperation();
            }
    }
}
