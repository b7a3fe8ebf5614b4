namespace Strongroom.Aws;

/// <summary>How the SDK retries what Strongroom does not: writes and lists (<c>AWS_RETRY_MODE</c>).</summary>
public enum AwsRetryMode
{
    /// <summary>Exponential pauses with full jitter, and a quota of retries.</summary>
    Standard,

    /// <summary>Also slows all requests down, reads included, when AWS throttles.</summary>
    Adaptive,
}
