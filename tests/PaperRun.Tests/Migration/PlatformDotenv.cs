using System.Security.Cryptography;
using PaperRun.Tests.Support;
using Strongroom.Testing;

namespace PaperRun.Tests.Migration;

/// <summary>
/// A <c>.env</c> as one finds it: Windows line ends, a database URL with the password in it and nowhere else, values in both
/// kinds of quotes, a <c>#</c> inside of quotes, comments behind values, settings among the secrets. One file for the whole
/// platform.
/// </summary>
internal sealed class PlatformDotenv
{
    private readonly List<string> _lines = [];
    private readonly List<KeyValuePair<string, string>> _secrets = [];

    internal PlatformDotenv(KeyPair pair, string databaseUser, string databasePassword, string databaseAddress)
    {
        Add(
            "# Trading desk, paper account. Ask before you change anything.",
            "MARKET_TIME_ZONE=\"America/New_York\"",
            "LOG_FORMAT=text # not json",
            ""
        );
        Add(
            $"export ALPACA_API_KEY_ID='{Secret("ALPACA_API_KEY_ID", pair.KeyId)}'",
            $"ALPACA_API_SECRET_KEY=\"{Secret("ALPACA_API_SECRET_KEY", pair.Secret)}\" # it begins with a #",
            ""
        );
        Secret("DATABASE_PASSWORD", databasePassword);
        Add(
            $"DATABASE_URL=\"postgresql://{databaseUser}:{Uri.EscapeDataString(databasePassword)}"
                + $"@{databaseAddress}?sslmode=disable\"",
            ""
        );
        Add($"WEBHOOK_SECRET='{Secret("WEBHOOK_SECRET", $"{Fresh()}#{Fresh()}")}'", "# one for each caller and callee");
        foreach (
            var name in RunLocation
                .Read(Programs.Template)
                .Keys.Where(name => name.StartsWith("CALLS_", StringComparison.Ordinal))
        )
            Add($"{name}={Secret(name, Fresh())}");
        Add("", "# the relay of the nightly report; no service reads it", $"SMTP_PASSWORD='{Secret("SMTP_PASSWORD", Fresh())}'");
    }

    internal string Text => string.Concat(_lines.Select(line => line + "\r\n"));

    internal IReadOnlyList<KeyValuePair<string, string>> Secrets => _secrets;

    internal static string Fresh() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private void Add(params ReadOnlySpan<string> lines) => _lines.AddRange(lines);

    private string Secret(string name, string value)
    {
        _secrets.Add(KeyValuePair.Create(name, value));
        return value;
    }
}
