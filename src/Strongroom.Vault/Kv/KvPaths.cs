namespace Strongroom.Vault.Kv;

/// <summary>
/// Where a secret is in Vault's API. A name has a policy path, which is written as it is, and a URL path, in which each
/// segment is escaped; both lead back to the name, byte for byte.
/// </summary>
internal sealed class KvPaths(string mount)
{
    /// <summary>
    /// Ends the sibling in which a pending value waits. No secret name holds a tilde, so it can be no name's own place, no list
    /// shows it, and no policy made for a reader reaches it.
    /// </summary>
    internal const string PendingMark = "~pending";

    private readonly string _mountUrl = Escape(mount);

    internal string Mount => mount;

    internal string MountUrl => _mountUrl;

    /// <summary>The path that a policy names, such as <c>secret/data/alpaca/credentials</c>.</summary>
    internal string Policy(string area, string path) => area.Length == 0 ? $"{mount}/{path}" : $"{mount}/{area}/{path}";

    /// <summary>One line of a policy as Vault reads it.</summary>
    internal static string PolicyLine(string path, IEnumerable<string> capabilities) =>
        $"path \"{path}\" {{ capabilities = [{string.Join(", ", capabilities.Select(one => $"\"{one}\""))}] }}";

    /// <summary>The path below <c>/v1/</c>.</summary>
    internal string Url(string area, string path) =>
        area.Length == 0 ? $"{_mountUrl}/{Escape(path)}" : $"{_mountUrl}/{area}/{Escape(path)}";

    /// <summary>Reads the name out of a URL path again.</summary>
    internal string? PathOf(string area, string url)
    {
        var start = area.Length == 0 ? _mountUrl + "/" : $"{_mountUrl}/{area}/";
        return url.StartsWith(start, StringComparison.Ordinal)
            ? string.Join('/', url[start.Length..].Split('/').Select(Uri.UnescapeDataString))
            : null;
    }

    /// <summary>Whether a name reads like one of version 2's API paths.</summary>
    internal static bool IsVersion2sOwn(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 ? path : path[..slash])
            is "config"
                or "data"
                or "metadata"
                or "subkeys"
                or "delete"
                or "undelete"
                or "destroy";
    }

    internal static string Escape(string path) =>
        path.AsSpan().ContainsAnyExcept(s_plain) ? string.Join('/', path.Split('/').Select(Uri.EscapeDataString)) : path;

    private static readonly System.Buffers.SearchValues<char> s_plain = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/"
    );
}
