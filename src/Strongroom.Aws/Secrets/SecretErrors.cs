using Strongroom.Aws.Transport;

namespace Strongroom.Aws.Secrets;

/// <summary>What can be wrong with one secret, by AWS's names and in words that say what to do.</summary>
internal static class SecretErrors
{
    internal const string NotFound = "ResourceNotFoundException";
    internal const string Exists = "ResourceExistsException";
    internal const string Denied = "AccessDeniedException";
    internal const string InvalidRequest = "InvalidRequestException";
    internal const string InvalidParameter = "InvalidParameterException";

    /// <summary>The error of an answer about the request. What is not known by name is shown by its name.</summary>
    internal static SecretException Of(AwsServiceException error, SecretName name, string path, string action) =>
        Of(error.ErrorCode, error.SpeaksOfDeletion, name, path, action);

    internal static SecretException Of(string? code, bool speaksOfDeletion, SecretName name, string path, string action) =>
        code switch
        {
            NotFound => Missing(name, path),
            Denied or "AccessDenied" or "UnauthorizedOperation" => new SecretAccessDeniedException(
                SecretErrorCode.Denied,
                $"AWS denies '{name}': {action} on the secret {path}. Its IAM policy does not allow it, another policy denies "
                    + "it, or the secret does not exist: AWS does not distinguish these. 'strongroom policy' prints the complete "
                    + "policy of a service.",
                name,
                AwsDefaults.BackendName
            ),
            "DecryptionFailure" or "DecryptionFailureException" => new SecretAccessDeniedException(
                SecretErrorCode.Denied,
                $"AWS cannot decrypt '{name}' ({path}). Check that its KMS key is enabled and that kms:Decrypt on it is "
                    + "allowed.",
                name,
                AwsDefaults.BackendName
            ),
            InvalidRequest when speaksOfDeletion => Deleted(name, path),
            Exists or "PreconditionNotMetException" => Conflict(name, "the secret, or a version with this token, already exists"),
            "EncryptionFailure" => NotWritten(
                name,
                "AWS cannot encrypt it. Check that its KMS key is enabled and that kms:GenerateDataKey on it is allowed"
            ),
            "LimitExceededException" => NotWritten(
                name,
                "a quota of the account is reached, such as the number of secrets or of versions of this one"
            ),
            _ => new SecretConfigurationException(
                SecretErrorCode.SettingInvalid,
                $"AWS rejected {action} for '{name}' ({path}): {ReplyReader.NameOf(code) ?? "unknown"}. Check the "
                    + "secret and its declared location.",
                name,
                AwsDefaults.BackendName
            ),
        };

    internal static SecretNotFoundException Missing(SecretName name, string path) =>
        new(
            SecretErrorCode.Missing,
            $"'{name}' is missing: there is no secret {path} with a current version. Write it: aws secretsmanager "
                + $"put-secret-value --secret-id {Quoted(path)} … if the secret exists without a value, or "
                + $"create-secret --name {Quoted(path)} … if it does not exist",
            name,
            AwsDefaults.BackendName
        );

    /// <summary>For a shell, which reads the exclamation mark of AWS's own names as a command of an earlier line.</summary>
    private static string Quoted(string path) => path.Contains('!', StringComparison.Ordinal) ? $"'{path}'" : path;

    internal static SecretNotFoundException Deleted(SecretName name, string path) =>
        new(
            SecretErrorCode.Deleted,
            $"'{name}' was deleted and is in its recovery window. Restore it: aws secretsmanager restore-secret "
                + $"--secret-id {Quoted(path)}",
            name,
            AwsDefaults.BackendName
        );

    internal static SecretNotFoundException VersionGone(SecretName name, string what) =>
        new(
            SecretErrorCode.VersionGone,
            $"'{name}' has no {what}: it never existed, or AWS has removed it. Check its history.",
            name,
            AwsDefaults.BackendName
        );

    internal static SecretWriteException Conflict(SecretName name, string problem) =>
        new(SecretErrorCode.Conflict, $"'{name}' was not written: {problem}.", name, AwsDefaults.BackendName);

    internal static SecretWriteException NotWritten(SecretName name, string problem) =>
        new(SecretErrorCode.WriteFailed, $"'{name}' was not written: {problem}.", name, AwsDefaults.BackendName);
}
