namespace Strongroom.Cli.Output;

/// <summary>The next step after each error. The message says what is wrong; this says which command to type.</summary>
internal static class ErrorHints
{
    internal static string Of(SecretException error) =>
        error.Code switch
        {
            SecretErrorCode.Missing => error.Backend == "env"
                ? "Store it with 'strongroom set NAME'."
                : "'strongroom list' shows what is there; 'strongroom set NAME' stores it.",
            SecretErrorCode.Deleted =>
                "'strongroom history NAME' lists its versions, and 'strongroom rollback NAME --to V' brings one back.",
            SecretErrorCode.VersionGone => "'strongroom history NAME' lists the versions that can be read.",
            SecretErrorCode.FieldMissing =>
                "Name one of the fields behind '#', as in 'strongroom get NAME#FIELD'; NAME#* is the whole text.",
            SecretErrorCode.Denied =>
                "'strongroom policy SERVICE' prints the lines that a policy needs; whoever administers the backend grants them.",
            SecretErrorCode.LoginRejected when error.Backend == "aws" =>
                "Bring valid credentials (AWS_PROFILE, or the AWS_* keys), then try again; 'strongroom doctor' looks at the "
                    + "clock too.",
            SecretErrorCode.LoginRejected =>
                "Bring a valid credential (VAULT_TOKEN, or what VAULT_AUTH_METHOD asks for), then try again.",
            SecretErrorCode.Unreachable or SecretErrorCode.TimedOut =>
                "'strongroom doctor' tells network, login and permission apart.",
            SecretErrorCode.Sealed => "Unseal the server, then try again; services go on from memory for up to an hour.",
            SecretErrorCode.Throttled => "Wait as long as it says, then try again.",
            SecretErrorCode.Expired => "Run the command again.",
            SecretErrorCode.Guardrail => "docs/options.md, 'How the environment is decided', says what decides it here.",
            SecretErrorCode.Undeclared =>
                "Add the name to the declaration, or unset SECRET_DECLARATION: without it the command reads any name.",
            SecretErrorCode.Unsupported when error.Backend == "vault" =>
                "'vault kv enable-versioning MOUNT' makes the KV engine version 2; its policies are then those of 'strongroom "
                    + "policy SERVICE'.",
            SecretErrorCode.Unsupported => "Pick a backend that can: SECRET_BACKEND=vault.",
            SecretErrorCode.HiddenByVariable => "Unset the variable in this shell, then try again.",
            SecretErrorCode.BreakerRefused => "'strongroom breaker' says what tripped.",
            SecretErrorCode.Conflict =>
                "'strongroom history NAME' shows the current version; read the value again before you write over it.",
            SecretErrorCode.WriteFailed => "'strongroom history NAME' shows whether anything was written.",
            SecretErrorCode.SettingInvalid => "docs/options.md lists every setting; 'strongroom doctor' checks them all.",
            SecretErrorCode.DeclarationInvalid => "docs/secrets.schema.json says what a declaration is.",
            SecretErrorCode.DotenvInvalid => "docs/dotenv.md says what such a file may hold.",
            SecretErrorCode.ValueInvalid => "Store a proper value with 'strongroom set NAME'.",
            SecretErrorCode.SchemaMismatch => "'strongroom database upgrade' brings an older schema up to date.",
            SecretErrorCode.AuditFailed => "Bring the audit's database back, then try again.",
            _ => $"docs/errors.md has an entry for {error.Code}.",
        };
}
