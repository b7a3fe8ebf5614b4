namespace Strongroom.Peers;

/// <summary>A server's binary is not on this machine.</summary>
public sealed class PeerMissingException(string peer)
    : Exception(
        $"{peer} is not installed. Run 'eng/peers.sh install'. Tests that need it are skipped on a laptop and fail where CI=true."
    )
{
    /// <summary>False in CI, where a skipped peer would hide what was never tested.</summary>
    public static bool MayBeSkipped => Environment.GetEnvironmentVariable("CI") != "true";
}
