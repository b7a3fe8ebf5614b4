using Strongroom.Peers;

namespace Strongroom.Aws.Tests.Support;

/// <summary>One moto for the run, started by the first test that needs it; each test has names of its own in it.</summary>
public sealed class MotoFixture : IAsyncDisposable
{
    private readonly Lazy<Task<MotoServer>> _server = new(() => MotoServer.StartAsync());

    public async Task<MotoServer> GetServerAsync()
    {
        try
        {
            return await _server.Value;
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _server.Value).DisposeAsync();
    }
}
