using System.Text.RegularExpressions;

namespace Strongroom.Detection;

/// <summary>
/// A password among a value's parts, as in connection strings and queries: <c>Password=…; Pwd=…; ?access_token=…</c>.
/// </summary>
internal static partial class NamedPassword
{
    internal static bool IsIn(ReadOnlySpan<char> value) => Pattern().IsMatch(value);

    [GeneratedRegex(
        @"(?:^|[;,?&\s])(?:ssl[ _]?|pfx[ _]?)?(?:password|passwd|pwd|account[ _]?key|shared[ _]?access[ _]?key|access[ _]?token|api[ _]?key|client[ _]?secret)\s*=\s*[^;,&\s]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();
}
