namespace Strongroom.Aws;

/// <summary>Constants of this backend.</summary>
internal static class AwsDefaults
{
    /// <summary>The value of <c>SECRET_BACKEND</c> that picks it, and its name in errors and audit rows.</summary>
    internal const string BackendName = "aws";
}
