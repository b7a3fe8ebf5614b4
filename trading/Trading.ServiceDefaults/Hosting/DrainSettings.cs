using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Trading.ServiceDefaults;

/// <summary>Reads DRAIN_DELAY: how many seconds a stopping service keeps responding, not ready. Default 0, at most 20.</summary>
internal static class DrainSettings
{
    internal static TimeSpan Read(IConfiguration configuration, ICollection<string> faults)
    {
        if (configuration["DRAIN_DELAY"] is not { Length: > 0 } text)
            return TimeSpan.Zero;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 20)
            return TimeSpan.FromSeconds(seconds);
        faults.Add("DRAIN_DELAY is a whole number of seconds from 0 to 20.");
        return TimeSpan.Zero;
    }
}
