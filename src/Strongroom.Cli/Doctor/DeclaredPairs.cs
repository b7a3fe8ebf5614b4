namespace Strongroom.Cli.Doctor;

/// <summary>
/// Names that look like the two halves of one credential but are stored in two secrets: they are read separately, so between
/// two writes a reader gets one new and one old half. A bundle prevents that.
/// </summary>
internal static class DeclaredPairs
{
    private static readonly string[] s_first = ["id", "user", "username", "login"];
    private static readonly string[] s_second = ["key", "secret", "password", "passphrase", "token"];

    internal static IEnumerable<Finding> Find(SecretDeclaration declaration) =>
        from first in declaration.Secrets
        where EndsWithAny(first.Name, s_first)
        from second in declaration.Secrets
        where
            first.Name != second.Name
            && FolderOf(first.Name) == FolderOf(second.Name)
            && FolderOf(first.Name).Length > 0
            && EndsWithAny(second.Name, s_second)
            && first.StoredName.Path != second.StoredName.Path
        select Finding.Failed(
            "pair",
            $"'{first.Name}' and '{second.Name}' look like one credential but are stored in two secrets, so a reader may get "
                + "one new and one old half",
            $"Put both into one secret: \"at\": \"{FolderOf(first.Name)}/credentials#…\" and one \"bundle\" in the "
                + "declaration, then 'strongroom set' both fields."
        );

    private static bool EndsWithAny(SecretName name, string[] words) =>
        words.Contains(LastOf(name).Split('_', '-', '.')[^1], StringComparer.OrdinalIgnoreCase);

    private static string LastOf(SecretName name) =>
        name.Field is { } field and not SecretName.WholeText ? field : name.Path[(name.Path.LastIndexOf('/') + 1)..];

    private static string FolderOf(SecretName name) =>
        name.Field is not null ? name.Path
        : name.Path.LastIndexOf('/') is > 0 and var cut ? name.Path[..cut]
        : "";
}
