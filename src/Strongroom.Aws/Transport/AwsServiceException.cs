using System.Net;
using Amazon.Runtime;

namespace Strongroom.Aws.Transport;

/// <summary>
/// An error that AWS answered, by its name. It stays within the SDK's pipeline, whose retry policy reads it, and this project;
/// its text is ours.
/// </summary>
#pragma warning disable CA1032, CA1064 // It is thrown and turned into our own error in one place each.
internal sealed class AwsServiceException(string code, string? requestId, HttpStatusCode status, Exception? inner)
    : AmazonServiceException(
        $"AWS answers {code} ({(int)status}).",
        inner,
        (int)status >= 500 ? ErrorType.Receiver : ErrorType.Sender,
        code,
        requestId,
        status
    )
#pragma warning restore CA1032, CA1064
{
    /// <summary>The code of an answer that is not AWS's: a proxy's page, or half a body.</summary>
    internal const string NotAws = "NotAnAnswerOfAws";

    /// <summary>Searched for in AWS's text and never shown: one error code covers several states of a secret.</summary>
    internal bool SpeaksOfDeletion { get; init; }

    /// <inheritdoc cref="SpeaksOfDeletion"/>
    internal bool SpeaksOfReplicas { get; init; }
}
