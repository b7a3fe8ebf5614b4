using System.Diagnostics;

namespace Strongroom.Peers;

/// <summary>moto's server: an AWS on loopback that others wrote. It checks no signature and no policy.</summary>
public sealed class MotoServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private MotoServer(ServerProcess process, int port) => (_process, Url) = (process, new Uri($"http://127.0.0.1:{port}"));

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Starts one.</summary>
    /// <exception cref="PeerMissingException">It is not installed.</exception>
    public static async Task<MotoServer> StartAsync(CancellationToken ct = default)
    {
        var python = Python.With("moto") ?? throw new PeerMissingException("moto");
        var port = FreePorts.Take();
        // It keeps everything in memory and writes nothing, so it runs as the user that runs the test.
        var start = Python.Command(
            python,
            "-m",
            "moto.server",
            "-H",
            "127.0.0.1",
            "-p",
            port.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        return new MotoServer(await ServerProcess.StartAsync(start, null, "Running on http", ct), port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
