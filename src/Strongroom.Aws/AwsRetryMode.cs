namespace Strongroom.Aws;

/// <summary>How the SDK repeats what Strongroom does not: writes and lists (<c>AWS_RETRY_MODE</c>).</summary>
public enum AwsRetryMode
{
    /// <summary>Exponential pauses with full jitter, and a quota of retries.</summary>
    Standard,

    /// <summary>Besides, it slows everything down, reads too, when AWS throttles.</summary>
    Adaptive,
}
