namespace Strongroom.Testing.Aws;

/// <summary>An error response of AWS: its code and message. It never contains a value that a client sent.</summary>
internal sealed class AwsError(string code, string message, int status = 400) : Exception(message)
{
    // Errors of the service's own model spell it with a capital, those that all services share without.
    private static readonly HashSet<string> Modelled = new(StringComparer.Ordinal)
    {
        "DecryptionFailure",
        "EncryptionFailure",
        "InternalServiceError",
        "InvalidNextTokenException",
        "InvalidParameterException",
        "InvalidRequestException",
        "LimitExceededException",
        "MalformedPolicyDocumentException",
        "PreconditionNotMetException",
        "PublicPolicyException",
        "ResourceExistsException",
        "ResourceNotFoundException",
    };

    public string Code => code;

    public int Status => status;

    public static string TextName(string code) => Modelled.Contains(code) ? "Message" : "message";

    public static AwsError NotFound(string what = "secret") =>
        new("ResourceNotFoundException", $"Secrets Manager can't find the specified {what}.");

    public static AwsError Exists(string message) => new("ResourceExistsException", message);

    public static AwsError Parameter(string message) => new("InvalidParameterException", message);

    public static AwsError Request(string message) => new("InvalidRequestException", message);

    public static AwsError Limit(string message) => new("LimitExceededException", message);

    public static AwsError Validation(string message) => new("ValidationException", message);

    public static AwsError MarkedForDeletion() =>
        Request("You can't perform this operation on the secret because it was marked for deletion.");

    public static AwsError OnReplica() =>
        Parameter("Operation not permitted on a replica secret. Call must be made in primary secret's region.");
}
