using Strongroom.Operations;

namespace Strongroom.Cli.Output;

/// <summary>The next step after each error. The message says what is wrong; this says what to do about it.</summary>
internal static class ErrorHints
{
    internal static string Of(SecretException error) =>
        error.Code switch
        {
            SecretErrorCode.Missing => error.Backend == BackendNames.Env
                ? "Store it with 'strongroom set NAME'."
                : "'strongroom list' shows the existing secrets; 'strongroom set NAME' stores one.",
            SecretErrorCode.Deleted =>
                "'strongroom history NAME' lists its versions, and 'strongroom rollback NAME --to V' restores one.",
            SecretErrorCode.VersionGone => "'strongroom history NAME' lists the versions that can be read.",
            SecretErrorCode.FieldMissing =>
                "Name one of its fields after '#', as in 'strongroom get NAME#FIELD'; NAME#* is the whole text.",
            SecretErrorCode.Denied => Permit(error),
            SecretErrorCode.LoginRejected => LogIn(error),
            SecretErrorCode.Unreachable or SecretErrorCode.TimedOut =>
                "'strongroom doctor' shows whether network, login or permission is the cause.",
            SecretErrorCode.Sealed =>
                "Unseal the server, then try again; running services continue from memory for up to an hour.",
            SecretErrorCode.Throttled => "Wait, then try again.",
            SecretErrorCode.Expired => "Run the command again.",
            SecretErrorCode.Guardrail => "See 'How the environment is decided' in docs/options.md.",
            SecretErrorCode.Undeclared =>
                "Add the name to the declaration, or unset SECRET_DECLARATION: without it the command reads any name.",
            SecretErrorCode.Unsupported when error.Backend == BackendNames.Vault =>
                "'vault kv enable-versioning MOUNT' upgrades the KV engine to version 2; its policies are then those of "
                    + "'strongroom policy SERVICE'.",
            SecretErrorCode.Unsupported when error.Backend == BackendNames.Env =>
                "Use a backend that supports it: SECRET_BACKEND=vault or aws.",
            SecretErrorCode.Unsupported => "The backend offers no such operation; the message says what it offers instead.",
            SecretErrorCode.HiddenByVariable => "Unset the variable in this shell, then try again.",
            SecretErrorCode.BreakerRefused => "'strongroom breaker' lists what tripped the breaker.",
            SecretErrorCode.Conflict => HasHistory(error)
                ? "'strongroom history NAME' shows the current version; read the value again before you overwrite it."
                : "'strongroom get NAME' shows the current version; read the value again before you overwrite it.",
            SecretErrorCode.WriteFailed => HasHistory(error)
                ? "'strongroom history NAME' shows whether anything was written."
                : "Correct the cause that the message names, then run the command again.",
            SecretErrorCode.SettingInvalid => "docs/options.md lists every setting; 'strongroom doctor' checks them all.",
            SecretErrorCode.DeclarationInvalid => "docs/secrets.schema.json defines the format of a declaration.",
            SecretErrorCode.DotenvInvalid => "docs/dotenv.md defines the format of the file.",
            SecretErrorCode.ValueInvalid => "Store a valid value with 'strongroom set NAME'.",
            SecretErrorCode.SchemaMismatch =>
                "Program and schema must have the same version; the message says which of them is older.",
            SecretErrorCode.AuditFailed =>
                "Try again once the cause that the message names has passed; 'strongroom doctor' checks database and journal.",
            _ => $"See {error.Code} in docs/errors.md.",
        };

    private static bool HasHistory(SecretException error) => error.Backend is BackendNames.Vault or BackendNames.Aws;

    /// <summary>The backends name themselves in their errors; a database does not. A list is about no single secret.</summary>
    private static string Permit(SecretException error) =>
        error switch
        {
            { Backend: null } =>
                "DATABASE_USER names the role: 'strongroom database upgrade' needs the owner of the tables, everything else the "
                    + "grants in docs/postgresql.md.",
            { Name: null } =>
                "Ask the backend's administrator to grant what the message names; operators need it, services do not.",
            _ => "'strongroom policy SERVICE' prints the permissions that a service needs; ask the backend's administrator to "
                + "grant them.",
        };

    private static string LogIn(SecretException error) =>
        error.Backend switch
        {
            BackendNames.Aws =>
                "Provide valid credentials (AWS_PROFILE, or the AWS_* keys), then try again; 'strongroom doctor' also checks the "
                    + "clock.",
            BackendNames.Vault => "Provide a valid credential (VAULT_TOKEN, or what VAULT_AUTH_METHOD needs), then try again.",
            _ => $"Correct DATABASE_USER, or store the role's current password with 'strongroom set {Password(error)}'.",
        };

    /// <summary>A service's role and the owner of the tables have a password each.</summary>
    private static string Password(SecretException error) => error.Name?.ToString() ?? "database/password";
}
