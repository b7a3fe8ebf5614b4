using System.Globalization;
using System.Net.Sockets;
using Strongroom.Peers;

namespace Strongroom.Storage.Tests.Peers;

public sealed class FreePortsTests
{
    [Fact]
    public void Take_gives_each_port_once_and_none_that_the_kernel_gives_to_others()
    {
        var ports = Enumerable.Range(0, 20).Select(_ => FreePorts.Take()).ToList();

        Assert.Equal(ports.Count, ports.Distinct().Count());
        var kernels = int.Parse(
            File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', ' ')[0],
            CultureInfo.InvariantCulture
        );
        Assert.All(ports, port => Assert.InRange(port, 1024, kernels - 1));
    }

    [Fact]
    public void Take_leaves_a_mark_that_other_processes_see()
    {
        var port = FreePorts.Take();

        // As another process does, which has no other way to know.
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Throws<SocketException>(() => other.Bind(new UnixDomainSocketEndPoint($"\0strongroom-test-port-{port}")));
    }
}
