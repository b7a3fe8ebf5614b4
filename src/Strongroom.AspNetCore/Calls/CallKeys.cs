namespace Strongroom.AspNetCore;

/// <summary>The names of the keys that services sign their calls with: one for each directed pair, so that nobody else can speak
/// in a caller's name.</summary>
public static class CallKeys
{
    /// <summary><c>calls/&lt;caller&gt;/&lt;callee&gt;</c>.</summary>
    /// <exception cref="ArgumentException">One of them is no service id.</exception>
    public static SecretName NameOf(string caller, string callee)
    {
        if (!IsServiceId(caller) || !IsServiceId(callee))
            throw new ArgumentException("A service id is snake_case, such as risk_manager.");
        return SecretName.Parse($"calls/{caller}/{callee}");
    }

    internal static bool IsServiceId(string? id) =>
        id is { Length: > 0 and <= 64 }
        && char.IsAsciiLetterLower(id[0])
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
