namespace Strongroom.Backends;

/// <summary>Requests that one value be written.</summary>
/// <param name="Location">The name and where to store it. If it names a field, the other fields keep their values.</param>
/// <param name="Value">The value, which the caller still owns.</param>
/// <param name="Condition">The precondition.</param>
/// <param name="Stage">Current, or pending: invisible to readers until promoted.</param>
/// <param name="IdempotencyKey">Identifies the operation: repeating it after a crash or a lost response creates no second
/// version, even if its condition no longer holds. A backend may store it in the clear; null for none.</param>
public sealed record SecretWrite(
    SecretLocation Location,
    SecretValue Value,
    SetCondition Condition = default,
    SecretStage Stage = SecretStage.Current,
    string? IdempotencyKey = null
);

/// <summary>The result of a change.</summary>
/// <param name="Version">The version that is now current, or pending.</param>
/// <param name="RequestId">The backend's id of the request, for the audit.</param>
public sealed record SecretWriteResult(SecretVersion Version, string? RequestId = null);
