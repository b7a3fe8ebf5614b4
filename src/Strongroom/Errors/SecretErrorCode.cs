namespace Strongroom;

/// <summary>What went wrong, one code a cause. Each has an entry in <c>docs/errors.md</c> that says what to do.</summary>
public enum SecretErrorCode
{
    /// <summary>The backend has no such secret.</summary>
    Missing = 100,

    /// <summary>The secret was deleted; the backend may still be able to restore it.</summary>
    Deleted = 101,

    /// <summary>The secret exists, the version that was asked for does not, or no longer.</summary>
    VersionGone = 102,

    /// <summary>The secret exists and holds no such field, or several and none was named.</summary>
    FieldMissing = 103,

    /// <summary>The backend knows who asks and refuses.</summary>
    Denied = 200,

    /// <summary>The backend refuses the login itself.</summary>
    LoginRejected = 201,

    /// <summary>The backend cannot be reached, or answers with a fault of its own.</summary>
    Unreachable = 300,

    /// <summary>The backend is sealed or in maintenance.</summary>
    Sealed = 301,

    /// <summary>The backend asks to slow down.</summary>
    Throttled = 302,

    /// <summary>The backend did not answer in time.</summary>
    TimedOut = 303,

    /// <summary>The hour since the value was last validated is over; the value is gone from memory.</summary>
    Expired = 304,

    /// <summary>The environment does not allow this: the env backend outside local, for instance.</summary>
    Guardrail = 400,

    /// <summary>The service's declaration does not name this secret, or not this kind of access.</summary>
    Undeclared = 401,

    /// <summary>The declaration does not allow sending this secret to that host.</summary>
    HostNotBound = 402,

    /// <summary>The backend cannot do this at all, such as history on <c>env</c>.</summary>
    Unsupported = 403,

    /// <summary>A process variable hides the name, so a write would have no effect.</summary>
    HiddenByVariable = 404,

    /// <summary>The credential breaker permits no new work.</summary>
    BreakerRefused = 405,

    /// <summary>The secret is not in the state that the write expected.</summary>
    Conflict = 500,

    /// <summary>The write did not happen.</summary>
    WriteFailed = 501,

    /// <summary>A setting is missing, unknown, or disagrees with another.</summary>
    SettingInvalid = 600,

    /// <summary>The declaration (<c>secrets.json</c>) is missing or malformed.</summary>
    DeclarationInvalid = 601,

    /// <summary>The <c>.env</c> file is malformed, or open to others.</summary>
    DotenvInvalid = 602,

    /// <summary>A stored value breaks a rule for values: empty, or too short to be a secret.</summary>
    ValueInvalid = 603,

    /// <summary>A secret stands in plain configuration outside local.</summary>
    PlainSecret = 604,

    /// <summary>The database's schema is older or newer than this program.</summary>
    SchemaMismatch = 605,

    /// <summary>The access could not be recorded, so the value did not leave.</summary>
    AuditFailed = 700,

    /// <summary>The service could not get what it needs to start.</summary>
    StartFailed = 800,
}
