using System.Collections.Concurrent;

namespace Strongroom.Testing.Vault;

/// <summary>A namespace's policies, by name in lower case.</summary>
internal sealed class PolicyStore
{
    private readonly ConcurrentDictionary<string, Policy> policies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["default"] = Policy.Parse("default", DefaultPolicy.Text),
    };

    public IReadOnlyList<string> Names => [.. policies.Keys.Append("root").Order(StringComparer.Ordinal)];

    public Policy? Find(string name) => policies.GetValueOrDefault(name);

    public void Put(string name, string text)
    {
        if (name == "root")
            throw VaultRefusal.BadRequest("cannot update \"root\" policy");
        policies[name] = Policy.Parse(name, text);
    }

    public void Remove(string name)
    {
        if (name is "root" or "default")
            throw VaultRefusal.BadRequest($"cannot delete \"{name}\" policy");
        policies.TryRemove(name, out _);
    }
}
