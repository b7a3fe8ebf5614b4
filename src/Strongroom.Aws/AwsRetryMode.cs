namespace Strongroom.Aws;

/// <summary>How the SDK repeats a request within one attempt of ours (<c>AWS_RETRY_MODE</c>).</summary>
public enum AwsRetryMode
{
    /// <summary>Exponential pauses with full jitter, and a quota of retries.</summary>
    Standard,

    /// <summary>Besides, it slows itself down when AWS throttles.</summary>
    Adaptive,
}
