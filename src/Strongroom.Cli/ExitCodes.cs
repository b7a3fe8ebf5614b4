namespace Strongroom.Cli;

/// <summary>How the command ends. Scripts rely on the numbers: none is ever given another meaning.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    internal const int Done = 0;

    /// <summary>An unexpected error.</summary>
    internal const int Unexpected = 1;

    /// <summary>The command line, a setting or a file is wrong.</summary>
    internal const int Usage = 2;

    /// <summary>There is no such secret, version, field or record.</summary>
    internal const int NotFound = 3;

    /// <summary>The backend or the database refuses.</summary>
    internal const int Denied = 4;

    /// <summary>The backend or the database cannot answer, or failed.</summary>
    internal const int Unavailable = 5;

    /// <summary>A guardrail refuses, or the backend does not support this.</summary>
    internal const int Refused = 6;

    /// <summary>A verification failed: the condition of a write, a value, a schema, a check.</summary>
    internal const int VerificationFailed = 7;

    /// <summary>A leaked secret was found.</summary>
    internal const int LeakFound = 8;

    /// <summary>Ended by Ctrl-C: 128 and the signal's number, as shells have it.</summary>
    internal const int Interrupted = 130;

    /// <summary>Ended by a signal, as shells have it.</summary>
    internal static int OfSignal(int signal) => 128 + signal;

    /// <summary>The exit code of an error that Strongroom knows.</summary>
    internal static int Of(SecretException error) =>
        error switch
        {
            SecretNotFoundException => NotFound,
            SecretAccessDeniedException => Denied,
            SecretUnavailableException => Unavailable,
            SecretRefusedException or SecretAuditFailedException => Refused,
            SecretWriteException { Code: SecretErrorCode.Conflict } => VerificationFailed,
            SecretWriteException => Unavailable,
            SecretConfigurationException { Code: SecretErrorCode.PlainSecret } => Refused,
            SecretConfigurationException { Code: SecretErrorCode.ValueInvalid or SecretErrorCode.SchemaMismatch } =>
                VerificationFailed,
            SecretConfigurationException => Usage,
            _ => Unexpected,
        };
}
