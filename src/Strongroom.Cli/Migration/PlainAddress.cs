using System.Text.RegularExpressions;
using Strongroom.Detection;

namespace Strongroom.Cli.Migration;

/// <summary>Hosts, URLs, paths and mail addresses without anything in them that opens something.</summary>
internal static partial class PlainAddress
{
    private const int LongestPart = 80;

    internal static string? Find(VariableMeaning meaning, ReadOnlySpan<char> value) =>
        value.Contains("://", StringComparison.Ordinal) ? (IsUrl(value) ? HarmlessValue.Ordinary : null)
        : IsPath(value) ? HarmlessValue.Ordinary
        : meaning.IsHinted ? null
        : IsHost(value, meaning.IsHost) ? HarmlessValue.Ordinary
        : IsMail(value) ? HarmlessValue.Ordinary
        : null;

    private static bool IsUrl(ReadOnlySpan<char> url)
    {
        if (url.StartsWith("jdbc:", StringComparison.Ordinal))
            url = url["jdbc:".Length..];
        var scheme = url.IndexOf("://");
        if (scheme <= 0 || !PlainWord.IsChain(url[..scheme], "+-.", 24))
            return false;
        var rest = url[(scheme + 3)..];
        var before = Cut(rest, rest.IndexOfAny('?', '#'), out var query);
        var authority = Cut(before, before.IndexOf('/'), out var path);
        var at = authority.LastIndexOf('@');
        // Over HTTP a user alone is a token as often as not.
        if (
            at >= 0
            && (
                url[..scheme].Contains("http", StringComparison.OrdinalIgnoreCase)
                || !PlainWord.IsChain(authority[..at], "-_.", 40)
            )
        )
            return false;
        return AreHosts(
                authority[(at + 1)..],
                url.StartsWith("file", StringComparison.Ordinal) || url.StartsWith("sqlite", StringComparison.Ordinal)
            )
            && (path.IsEmpty || IsPlainPath(path))
            && (query.IsEmpty || IsQuery(query[1..]));
    }

    private static bool AreHosts(ReadOnlySpan<char> hosts, bool mayBeEmpty)
    {
        if (hosts.IsEmpty)
            return mayBeEmpty;
        foreach (var range in hosts.Split(','))
        {
            if (!Host().IsMatch(hosts[range]) || !HasPlainLabels(hosts[range]))
                return false;
        }
        return true;
    }

    /// <summary>Whether nothing in a URL opens anything, whatever its host and its user are.</summary>
    internal static bool IsPlainBehindHost(ReadOnlySpan<char> pathAndQuery)
    {
        var before = Cut(pathAndQuery, pathAndQuery.IndexOfAny('?', '#'), out var query);
        return (before.IsEmpty || IsPlainPath(before)) && (query.IsEmpty || IsQuery(query[1..]));
    }

    /// <summary>A random label makes an address private: <c>4f2a…9c.example.io</c>.</summary>
    private static bool HasPlainLabels(ReadOnlySpan<char> host)
    {
        if (host is ['[', ..])
            return true;
        foreach (var range in host.SplitAny(".:-_"))
        {
            var label = host[range];
            if (
                label.Length > 24
                || (
                    label.Length >= 8
                    && label.ContainsAnyInRange('0', '9')
                    && label.ContainsAnyInRange('A', 'Z')
                    && label.ContainsAnyInRange('a', 'z')
                )
                || (label.Length > 12 && label.ContainsAnyInRange('0', '9') && label.IndexOfAnyExceptInRange('0', '9') >= 0)
            )
                return false;
        }
        return true;
    }

    private static bool IsPlainPath(ReadOnlySpan<char> path)
    {
        foreach (var range in path.SplitAny("/\\"))
        {
            var segment = path[range];
            if (segment.Length > 0 && !PlainWord.IsChain(segment, "-_.~:@,+=()*{}%$ ", LongestPart))
                return false;
        }
        return true;
    }

    private static bool IsQuery(ReadOnlySpan<char> query)
    {
        foreach (var range in query.SplitAny("&;#"))
        {
            var key = Cut(query[range], query[range].IndexOf('='), out var value);
            if (
                key.Length > 0
                && (
                    !PlainWord.IsChain(key, "-_.[]", 40)
                    || new VariableMeaning(key.ToString()).IsHinted
                    || new CredentialName(key.ToString()).NamesCredential()
                )
            )
                return false;
            if (value.Length > 1 && !PlainWord.IsChain(value[1..], "-_.~:@,+/%", LongestPart))
                return false;
        }
        return true;
    }

    private static bool IsPath(ReadOnlySpan<char> value) => (PathStart().IsMatch(value) || AreFiles(value)) && IsPlainPath(value);

    /// <summary>One file's name, or several as a path variable has them: <c>a.yml:b.yml</c>.</summary>
    private static bool AreFiles(ReadOnlySpan<char> value)
    {
        foreach (var range in value.Split(':'))
        {
            if (!FileName().IsMatch(value[range]) || value[range].Contains(' '))
                return false;
        }
        return true;
    }

    private static bool IsHost(ReadOnlySpan<char> value, bool isNamedHost) =>
        Host().IsMatch(value)
        && HasPlainLabels(value)
        && PlainWord.IsChain(value.Trim("[]"), ".:-_", 253)
        && (isNamedHost || KnownHost().IsMatch(value));

    private static bool IsMail(ReadOnlySpan<char> value) =>
        Mail().IsMatch(value) && PlainWord.IsChain(value[..value.IndexOf('@')].TrimStart('<'), " <._-+,'", 100);

    /// <summary>The text up to there, and the rest; where there is no such place, no rest.</summary>
    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text, int at, out ReadOnlySpan<char> rest)
    {
        rest = at < 0 ? default : text[at..];
        return at < 0 ? text : text[..at];
    }

    [GeneratedRegex(@"^(?:\[[0-9a-fA-F:.]{2,45}\]|\*|(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?)(?::\d{1,5})?$")]
    private static partial Regex Host();

    /// <summary>An address, a port, or an ending that hosts have.</summary>
    [GeneratedRegex(
        @"^(?:\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?::\d{1,5})?"
            + @"|\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}\]?(?:/\d{1,3})?|localhost(?::\d{1,5})?"
            + @"|[A-Za-z][\w-]*(?:\.[\w-]+)+:\d{2,5}|(?:\*\.|\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|dev|app|co|ai"
            + @"|cloud|internal|local|lan|svc|test|example|localhost|arpa|eu|uk|de|fr|us|ch|at|nl|se|jp|cn|in|br|ca|au"
            + @"|info|tech|finance|markets|exchange|sh|me|tv|gg|xyz)(?::\d{1,5})?)$"
    )]
    private static partial Regex KnownHost();

    [GeneratedRegex(@"^(?:~|\.{1,2}|[A-Za-z]:)?[/\\]|^~$")]
    private static partial Regex PathStart();

    [GeneratedRegex(
        @"^(?:[\w.-]+/)*[\w.-]+\.(?:json|ya?ml|toml|xml|ini|conf|cfg|env|txt|log|csv|sql|sqlite3?|db|pem|crt|cer|key"
            + @"|p12|pfx|jks|sh|py|js|ts|rb|php|html?|css|md|sock|pid|lock|zip|gz|tar|so|dll|jar|onnx|bin|cs|csproj)$"
    )]
    private static partial Regex FileName();

    [GeneratedRegex(@"^(?:[\w .,'-]{1,60}\s)?<?[A-Za-z][\w.+-]{0,40}@(?:[A-Za-z0-9-]{1,40}\.){1,4}[A-Za-z]{2,12}>?$")]
    private static partial Regex Mail();
}
