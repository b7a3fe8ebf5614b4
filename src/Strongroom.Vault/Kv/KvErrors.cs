using Strongroom.Backends;

namespace Strongroom.Vault.Kv;

/// <summary>What can be wrong with one secret, in words that say what to do.</summary>
internal static class KvErrors
{
    /// <summary>A denial names the line that the policy lacks; and the mount, where nothing shows that there is one.</summary>
    internal static SecretAccessDeniedException Denied(
        SecretName name,
        (string Path, string[] Capabilities) lacking,
        string? doubtfulMount = null
    )
    {
        var line = KvPaths.PolicyLine(lacking.Path, lacking.Capabilities);
        return new SecretAccessDeniedException(
            SecretErrorCode.Denied,
            $"Vault denies '{name}'. "
                + (
                    doubtfulMount is null
                        ? $"Its policy lacks: {line}."
                        : $"Either VAULT_KV_MOUNT ('{doubtfulMount}') or VAULT_NAMESPACE is wrong, since this token has no "
                            + $"permission there, or its policy lacks: {line}."
                )
                + " 'strongroom policy' prints the complete policy of a service.",
            name,
            VaultDefaults.BackendName
        );
    }

    /// <param name="name">The secret.</param>
    /// <param name="paths">The paths of the mount.</param>
    /// <param name="path">Where it was looked for.</param>
    /// <param name="field">The field that the location names; null if it names none.</param>
    internal static SecretNotFoundException Missing(SecretName name, KvPaths paths, string path, string? field) =>
        new(
            SecretErrorCode.Missing,
            $"'{name}' is missing: there is nothing at {path} in the KV engine '{paths.Mount}'. Write it"
                + (
                    path.StartsWith("data/", StringComparison.Ordinal)
                    || path.StartsWith(paths.Mount + "/", StringComparison.Ordinal)
                        ? ", or remove 'data/' and the mount from the declared location: they belong to the API's paths and not "
                            + "to the name."
                        : $": vault kv put -mount={paths.Mount} {path} {Input(field)} (it takes the value from stdin)"
                ),
            name,
            VaultDefaults.BackendName
        );

    /// <summary>What makes 'vault kv put' read a field from stdin; the whole text is a JSON object.</summary>
    private static string Input(string? field) =>
        field == SecretName.WholeText ? "-" : $"{field ?? FieldSelection.DefaultField}=-";

    internal static SecretNotFoundException Gone(SecretName name, string path, KvSecret found, bool versionWasAsked) =>
        found.IsDestroyed
            ? new SecretNotFoundException(
                SecretErrorCode.VersionGone,
                $"'{name}': version {found.Version} of {path} was destroyed and cannot be restored. Write a new one.",
                name,
                VaultDefaults.BackendName
            )
            : new SecretNotFoundException(
                versionWasAsked ? SecretErrorCode.VersionGone : SecretErrorCode.Deleted,
                $"'{name}' was deleted: version {found.Version} of {path}. Restore it (vault kv undelete "
                    + $"-versions={found.Version}) or write a new one.",
                name,
                VaultDefaults.BackendName
            );

    internal static SecretNotFoundException VersionGone(SecretName name, SecretVersion version) =>
        new(
            SecretErrorCode.VersionGone,
            $"'{name}' has no version {version}: it never existed, or newer versions displaced it. Check its history.",
            name,
            VaultDefaults.BackendName
        );

    internal static SecretRefusedException NeedsVersion2(SecretName name, string mount) =>
        new(
            SecretErrorCode.Unsupported,
            $"The KV engine '{mount}' is version 1, which has no versions and no check-and-set, so it is read-only. Upgrade it: "
                + $"vault kv enable-versioning {mount}.",
            name,
            VaultDefaults.BackendName
        );

    internal static SecretWriteException Conflict(SecretName name, string problem) =>
        new(SecretErrorCode.Conflict, $"'{name}' was not written: {problem}.", name, VaultDefaults.BackendName);

    internal static SecretWriteException NotWritten(SecretName name, string problem) =>
        new(SecretErrorCode.WriteFailed, $"'{name}' was not written: {problem}.", name, VaultDefaults.BackendName);
}
