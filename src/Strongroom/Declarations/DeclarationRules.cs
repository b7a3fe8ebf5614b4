namespace Strongroom;

/// <summary>The rules between entries, which no JSON schema can state.</summary>
internal static class DeclarationRules
{
    internal static bool IsServiceId(string? service) =>
        !string.IsNullOrEmpty(service)
        && char.IsAsciiLetterLower(service[0])
        && service[^1] != '_'
        && service.Length <= 64
        && service.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
        && !service.Contains("__", StringComparison.Ordinal);

    internal static List<string> Check(string service, IReadOnlyList<DeclaredSecret> secrets)
    {
        var faults = new List<string>();
        if (!IsServiceId(service))
            faults.Add("The service id must be snake_case, such as execution_gateway.");

        foreach (
            var twice in secrets
                .GroupBy(secret => secret.Name.ToString(), StringComparer.Ordinal)
                .Where(group => group.Count() > 1)
        )
            faults.Add($"'{twice.Key}' is declared {twice.Count()} times; declare each name once.");

        foreach (var bundle in secrets.GroupBy(secret => secret.Bundle, StringComparer.Ordinal))
        {
            var locations = bundle.Select(secret => secret.StoredName.Path).Distinct(StringComparer.Ordinal).ToList();
            if (locations.Count > 1)
            {
                faults.Add(
                    $"Bundle '{bundle.Key}' spans {locations.Count} secrets ({string.Join(", ", locations)}); names that are "
                        + "rotated together must share one. Point their 'at' to fields of one secret, or leave out 'bundle'."
                );
            }
        }

        foreach (var location in secrets.GroupBy(secret => secret.StoredName.Path, StringComparer.Ordinal))
        {
            var bundles = location.Select(secret => secret.Bundle).Distinct(StringComparer.Ordinal).ToList();
            if (bundles.Count > 1)
                faults.Add(
                    $"The secret '{location.Key}' is in {bundles.Count} bundles ({string.Join(", ", bundles)}); it changes as a "
                        + "whole, so it is one."
                );
        }
        return faults;
    }
}
