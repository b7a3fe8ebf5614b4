namespace Strongroom.Testing.Vault;

/// <summary>What a LIST of a folder shows: names in it, and folders once each, with a slash at their end.</summary>
internal static class KvKeys
{
    public static IEnumerable<string> In(string folder, IEnumerable<string> paths)
    {
        var prefix = folder.Length == 0 || folder.EndsWith('/') ? folder : folder + "/";
        return paths
            .Where(p => p.StartsWith(prefix, StringComparison.Ordinal))
            .Select(p => p[prefix.Length..])
            .Select(p => p.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? p[..(slash + 1)] : p)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }
}
