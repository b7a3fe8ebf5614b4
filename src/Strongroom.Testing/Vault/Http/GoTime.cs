using System.Globalization;

namespace Strongroom.Testing.Vault;

/// <summary>Timestamps as Vault prints them.</summary>
internal static class GoTime
{
    /// <summary>
    /// RFC 3339 with nanoseconds: two digits more than .NET keeps, since a client has to read them. The same moment always
    /// prints the same.
    /// </summary>
    public static string Nanoseconds(DateTimeOffset moment)
    {
        var utc = moment.ToUniversalTime();
        var below = utc.Ticks % TimeSpan.TicksPerSecond;
        if (below == 0)
            return utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var digits = $"{below:D7}{below * 37 % 100:D2}".TrimEnd('0');
        return utc.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + $".{digits}Z";
    }

    public static string NanosecondsOrEmpty(DateTimeOffset? moment) => moment is { } m ? Nanoseconds(m) : "";
}
