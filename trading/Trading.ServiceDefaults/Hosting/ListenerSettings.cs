using Microsoft.Extensions.Configuration;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

/// <summary>
/// Reads where a service listens: ASPNETCORE_URLS (or ASPNETCORE_HTTP_PORTS), MANAGEMENT_URL, MANAGEMENT_REMOTE.
/// </summary>
internal static class ListenerSettings
{
    internal static ServiceListeners? Read(IConfiguration configuration, ServiceDirectory self, ICollection<string> faults)
    {
        var service = ServiceUrls(configuration, self);
        var remote = configuration["MANAGEMENT_REMOTE"];
        if (remote is not (null or "" or "allow" or "refuse"))
            faults.Add("MANAGEMENT_REMOTE is 'allow' or 'refuse' (the default).");
        var management = configuration["MANAGEMENT_URL"] is { Length: > 0 } url
            ? url
            : $"http://127.0.0.1:{ManagementPort(service, self)}";
        return ServiceListeners.Parse(service, management, remote == "allow", faults);
    }

    private static string ServiceUrls(IConfiguration configuration, ServiceDirectory self) =>
        configuration["urls"] is { Length: > 0 } urls ? urls
        : configuration["http_ports"] is { Length: > 0 } ports
            ? string.Join(';', ports.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}"))
        : self.DefaultUrl;

    private static int ManagementPort(string service, ServiceDirectory self)
    {
        var first = service.Split(';')[0];
        var colon = first.LastIndexOf(':');
        var port = int.TryParse(first.AsSpan(colon + 1).TrimEnd('/'), out var given) ? given : self.Port;
        return port == 0 ? 0 : Math.Min(port + ServiceDirectory.ManagementPortOffset, 65_535);
    }
}
