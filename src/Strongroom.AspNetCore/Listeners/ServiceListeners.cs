using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Strongroom.AspNetCore;

/// <summary>
/// The two listeners of a service: its own addresses, and one for management (health details, metrics, refresh, drain, breaker),
/// which is on loopback unless a remote one is explicitly allowed.
/// </summary>
public sealed class ServiceListeners
{
    private readonly IReadOnlyList<BindingAddress> _service;
    private readonly BindingAddress _management;
    private readonly List<ListenOptions> _boundService = [];
    private ListenOptions? _boundManagement;

    private ServiceListeners(IReadOnlyList<BindingAddress> service, BindingAddress management)
    {
        _service = service;
        _management = management;
    }

    /// <summary>Where the service listens; with the real port once it runs.</summary>
    public Uri Service => AddressOf(_service[0], _boundService.FirstOrDefault());

    /// <summary>Where management listens; with the real port once it runs.</summary>
    public Uri Management => AddressOf(_management, _boundManagement);

    /// <summary>The host name that management requests may carry besides those of loopback.</summary>
    internal string ManagementHost => _management.Host;

    /// <summary>
    /// Reads addresses, such as <c>http://127.0.0.1:8002</c>, and adds what is wrong with them to <paramref name="faults"/>.
    /// </summary>
    /// <param name="service">Addresses joined by <c>;</c>.</param>
    /// <param name="management">One address.</param>
    /// <param name="allowRemoteManagement">Whether it may be other than loopback.</param>
    /// <param name="faults">Receives one sentence for each fault.</param>
    /// <returns>The listeners, or null where there are faults.</returns>
    public static ServiceListeners? Parse(
        string service,
        string management,
        bool allowRemoteManagement,
        ICollection<string> faults
    )
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(faults);
        var before = faults.Count;
        var addresses = service
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => ParseOne("ASPNETCORE_URLS", text, faults))
            .ToList();
        var managed = ParseOne("MANAGEMENT_URL", management, faults);
        if (addresses.Count == 0)
            faults.Add("ASPNETCORE_URLS names no address; give one such as http://127.0.0.1:8002.");
        if (managed is not null && !allowRemoteManagement && !IsLoopback(managed.Host))
        {
            faults.Add(
                "MANAGEMENT_URL is not a loopback address: anyone who reaches it can drain the service and clear its credential "
                    + "breaker. Use http://127.0.0.1:PORT, or set MANAGEMENT_REMOTE=allow where a network policy guards the port."
            );
        }
        if (managed is { Port: > 0 } && addresses.Any(address => address?.Port == managed.Port))
            faults.Add($"MANAGEMENT_URL and ASPNETCORE_URLS share port {managed.Port}; give each its own.");
        return faults.Count == before ? new ServiceListeners([.. addresses.OfType<BindingAddress>()], managed!) : null;
    }

    internal void Configure(IWebHostBuilder host)
    {
        host.ConfigureServices(services => services.AddSingleton(this));
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var requireFirstByte = ServiceConnections.RequireFirstByte(
                kestrel.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System
            );
            var connections = new ServiceConnections();
            foreach (var address in _service)
            {
                Listen(kestrel, address, options =>
                {
                    _boundService.Add(options);
                    options.Use(connections.Count);
                    options.Use(requireFirstByte);
                });
            }
            Listen(kestrel, _management, options =>
            {
                _boundManagement = options;
                options.Use(ListenerLimits.AtMost(ListenerLimits.ManagementConnections));
                options.Use(requireFirstByte);
                options.Use(ManagementConnection.Mark);
            });
        });
    }

    /// <summary>
    /// Kestrel uses either addresses or listeners, and warns where it finds both. Called after the last source was added, since
    /// adding one reloads the others.
    /// </summary>
    internal static void HideAddresses(IConfiguration configuration)
    {
        foreach (var key in new[] { WebHostDefaults.ServerUrlsKey, "http_ports", "https_ports" })
            configuration[key] = "";
    }

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address, Action<ListenOptions> configure)
    {
        void ConfigureAll(ListenOptions options)
        {
            configure(options);
            if (address.Scheme == Uri.UriSchemeHttps)
                options.UseHttps();
        }

        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, ConfigureAll);
        else if (address.Host != "localhost")
            kestrel.ListenAnyIP(address.Port, ConfigureAll);
        else if (address.Port == 0)
            kestrel.Listen(IPAddress.Loopback, 0, ConfigureAll);
        else
            kestrel.ListenLocalhost(address.Port, ConfigureAll);
    }

    private static BindingAddress? ParseOne(string setting, string text, ICollection<string> faults)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            if (
                address.Scheme is "http" or "https"
                && !address.IsUnixPipe
                && !address.IsNamedPipe
                && address.PathBase.Length == 0
                && !text.Contains('@', StringComparison.Ordinal)
            )
                return address;
        }
        catch (FormatException)
        {
            // Reported below, without the text.
        }
        faults.Add(
            $"{setting} holds a value that is not an address to listen on; give http://HOST:PORT, such as http://127.0.0.1:8002."
        );
        return null;
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static Uri AddressOf(BindingAddress wanted, ListenOptions? bound)
    {
        var port = bound?.IPEndPoint?.Port ?? wanted.Port;
        var host = wanted.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : wanted.Host;
        return new Uri($"{wanted.Scheme}://{host}:{port}");
    }
}

/// <summary>Adds the listeners to a host.</summary>
public static class ServiceListenersExtensions
{
    /// <summary>Makes Kestrel use these listeners instead of the addresses in the configuration.</summary>
    public static IWebHostBuilder UseServiceListeners(this IWebHostBuilder host, ServiceListeners listeners)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(listeners);
        listeners.Configure(host);
        return host;
    }
}
