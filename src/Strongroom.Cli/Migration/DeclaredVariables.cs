using Strongroom.Env;

namespace Strongroom.Cli.Migration;

/// <summary>Which secret a variable is by the declarations of one or several services.</summary>
internal sealed class DeclaredVariables(
    IReadOnlyList<SecretDeclaration> declarations,
    string @namespace,
    Func<DeclaredSecret, SecretName> locate
)
{
    /// <summary>The name, its place, and the services that declare it; null where none does.</summary>
    /// <remarks>A file that was made for local work has no namespace in its variables, whatever the namespace is that it goes
    /// to.</remarks>
    internal (SecretName Name, SecretName Place, IReadOnlyList<string> Services)? Find(string variable)
    {
        var found = declarations
            .SelectMany(declaration => declaration.Secrets.Select(secret => (declaration.Service, Secret: secret)))
            .Where(one =>
                EnvVariable.NameOf(one.Secret.Name, "") == variable || EnvVariable.NameOf(one.Secret.Name, @namespace) == variable
            )
            .ToList();
        return found.Count == 0
            ? null
            : (
                found[0].Secret.Name,
                locate(found[0].Secret),
                [.. found.Select(one => one.Service).Distinct(StringComparer.Ordinal)]
            );
    }

    /// <summary>The name for an undeclared variable: <c>SMTP_PASSWORD</c> is <c>smtp/password</c>.</summary>
    internal SecretName Derive(string variable)
    {
        var prefix = EnvVariable.NameOf(SecretName.Parse("x"), @namespace)[..^1];
        var rest =
            prefix.Length > 0 && variable.StartsWith(prefix, StringComparison.Ordinal) ? variable[prefix.Length..] : variable;
        var lower = rest.Trim('_', '.', '-').ToLowerInvariant();
        var (path, field) = lower.Split("__", 2) is [var before, var behind] ? (before, $"#{behind}") : (lower, "");
        var cut = path.IndexOf('_', StringComparison.Ordinal);
        var folded = cut > 0 ? $"{path[..cut]}/{path[(cut + 1)..]}" : path;
        return SecretName.TryParse(folded + field, out var name, out _) ? name
            : SecretName.TryParse(path, out name, out _) ? name
            : SecretName.Parse($"env/{string.Concat(lower.Where(char.IsAsciiLetterOrDigit))}0");
    }
}
