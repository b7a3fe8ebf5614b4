using Strongroom.Peers;

namespace Strongroom.Cli.Tests.Support;

/// <summary>A real PostgreSQL; missing, it skips on a laptop and fails in CI.</summary>
internal static class PostgresPeer
{
    internal static async Task<PostgresServer> RequireAsync()
    {
        try
        {
            return await PostgresServer.StartAsync();
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
