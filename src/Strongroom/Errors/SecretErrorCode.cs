namespace Strongroom;

/// <summary>The cause of a <see cref="SecretException"/>. <c>docs/errors.md</c> says for each what to do.</summary>
public enum SecretErrorCode
{
    /// <summary>The backend has no such secret.</summary>
    Missing = 100,

    /// <summary>The secret was deleted; the backend may still be able to restore it.</summary>
    Deleted = 101,

    /// <summary>The secret exists, but the requested version does not, or no longer does.</summary>
    VersionGone = 102,

    /// <summary>The secret exists, but has no such field, or several of which none was named.</summary>
    FieldMissing = 103,

    /// <summary>The backend authenticated the caller and denied access.</summary>
    Denied = 200,

    /// <summary>The backend rejected the login.</summary>
    LoginRejected = 201,

    /// <summary>The backend cannot be reached, or failed internally.</summary>
    Unreachable = 300,

    /// <summary>The backend is sealed or in maintenance.</summary>
    Sealed = 301,

    /// <summary>The backend throttles requests.</summary>
    Throttled = 302,

    /// <summary>The backend did not answer in time.</summary>
    TimedOut = 303,

    /// <summary>The hour since the value was last validated is over; the value was removed from memory.</summary>
    Expired = 304,

    /// <summary>The environment does not allow this, such as the env backend in production.</summary>
    Guardrail = 400,

    /// <summary>The service's declaration does not contain this secret, or not this kind of access.</summary>
    Undeclared = 401,

    /// <summary>The declaration does not allow sending this secret to that host.</summary>
    HostNotBound = 402,

    /// <summary>The backend does not support the operation, such as history on <c>env</c>.</summary>
    Unsupported = 403,

    /// <summary>A process variable hides the name, so that a write would have no effect.</summary>
    HiddenByVariable = 404,

    /// <summary>The credential breaker permits no new work.</summary>
    BreakerRefused = 405,

    /// <summary>The precondition of the write does not hold.</summary>
    Conflict = 500,

    /// <summary>The value, row or file was not written.</summary>
    WriteFailed = 501,

    /// <summary>A setting is missing or unknown, or contradicts another.</summary>
    SettingInvalid = 600,

    /// <summary>The declaration (<c>secrets.json</c>) is missing or malformed.</summary>
    DeclarationInvalid = 601,

    /// <summary>The <c>.env</c> file is malformed, or accessible to other users.</summary>
    DotenvInvalid = 602,

    /// <summary>
    /// A value breaks a rule for values: it is empty, too short or a placeholder, is unfit for its use (a header, a variable, a
    /// line of a <c>.env</c> file, a key), or is new and rejected by its counterparty.
    /// </summary>
    ValueInvalid = 603,

    /// <summary>Plain configuration contains a secret outside local.</summary>
    PlainSecret = 604,

    /// <summary>
    /// The database's schema does not match this program: it is older or newer, lacks a table or column, or a migration failed.
    /// </summary>
    SchemaMismatch = 605,

    /// <summary>The access or change could not be recorded, so no value was returned and nothing was changed.</summary>
    AuditFailed = 700,

    /// <summary>The service could not get everything that it needs to start.</summary>
    StartFailed = 800,
}
