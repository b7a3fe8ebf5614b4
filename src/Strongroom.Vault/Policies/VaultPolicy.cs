using System.Text;
using Strongroom.Vault.Kv;

namespace Strongroom.Vault.Policies;

/// <summary>The least policy with which a service runs, from its declaration: exact paths, no wildcards.</summary>
public static class VaultPolicy
{
    /// <summary>What a service does with its own token, for roles without the policy <c>default</c>.</summary>
    private static readonly PolicyLine[] s_token =
    [
        new("auth/token/lookup-self", ["read"]),
        new("auth/token/renew-self", ["update"]),
        new("auth/token/revoke-self", ["update"]),
    ];

    /// <summary>The lines that a declaration needs.</summary>
    /// <param name="declaration">The service's declaration.</param>
    /// <param name="namespace">SECRET_NAMESPACE, such as <c>prod/</c>; empty where there is none.</param>
    /// <param name="mount">VAULT_KV_MOUNT.</param>
    /// <param name="kvVersion">The KV engine's version. Version 1 is only read, so nothing else is granted there.</param>
    public static IReadOnlyList<PolicyLine> Lines(
        SecretDeclaration declaration,
        string @namespace,
        string mount,
        int kvVersion = 2
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kvVersion, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kvVersion, 2);
        ArgumentNullException.ThrowIfNull(declaration);
        ArgumentNullException.ThrowIfNull(@namespace);
        ArgumentException.ThrowIfNullOrEmpty(mount);
        var paths = new KvPaths(mount);
        var lines = new List<PolicyLine>();
        foreach (
            var place in declaration
                .Secrets.GroupBy(secret => @namespace + secret.StoredName.Path, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            var access = place.Aggregate(SecretAccess.None, (all, secret) => all | secret.Access);
            if (access == SecretAccess.None)
                continue;
            if (kvVersion == 1)
            {
                lines.Add(new PolicyLine(paths.Policy("", place.Key), ["read"]));
                continue;
            }
            var changes = access.HasFlag(SecretAccess.Write) || access.HasFlag(SecretAccess.Delete);
            // Whoever changes one field reads the others to keep them.
            lines.Add(new PolicyLine(paths.Policy("data", place.Key), changes ? ["create", "read", "update"] : ["read"]));
            if (access.HasFlag(SecretAccess.Delete))
            {
                lines.Add(new PolicyLine(paths.Policy("delete", place.Key), ["update"]));
                lines.Add(new PolicyLine(paths.Policy("undelete", place.Key), ["update"]));
            }
            if (changes)
                lines.Add(new PolicyLine(paths.Policy("metadata", place.Key), ["read"]));
        }
        return lines;
    }

    /// <summary>The policy in Vault's own language, ready for <c>vault policy write</c>.</summary>
    /// <inheritdoc cref="Lines" path="/param"/>
    public static string For(SecretDeclaration declaration, string @namespace, string mount, int kvVersion = 2)
    {
        var lines = Lines(declaration, @namespace, mount, kvVersion);
        var text = new StringBuilder(
            $"# The least that {declaration.Service} needs, from its declaration. Made by strongroom; change secrets.json "
                + "instead.\n"
        );
        foreach (var line in lines)
            text.Append(line).Append('\n');
        text.Append("\n# Its own token, where the role does not have the policy 'default'.\n");
        foreach (var line in s_token)
            text.Append(line).Append('\n');
        return text.ToString();
    }
}
