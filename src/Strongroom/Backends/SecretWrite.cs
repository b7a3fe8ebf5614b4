namespace Strongroom.Backends;

/// <summary>Asks for one value to be written.</summary>
/// <param name="Place">The name and where it goes; a field keeps the other fields.</param>
/// <param name="Value">The value; the caller keeps it.</param>
/// <param name="Condition">What must hold.</param>
/// <param name="Stage">Current, or pending: out of readers' sight until promoted.</param>
/// <param name="IdempotencyKey">What is being done, so that a repeat is no second version; null where the caller has no name for
/// it.</param>
public sealed record SecretWrite(
    SecretLocation Place,
    SecretValue Value,
    SetCondition Condition = default,
    SecretStage Stage = SecretStage.Current,
    string? IdempotencyKey = null
);

/// <summary>What a change gave.</summary>
/// <param name="Version">The version that is now current, or pending.</param>
/// <param name="RequestId">The backend's own id of the exchange, for the audit.</param>
public sealed record SecretWriteResult(SecretVersion Version, string? RequestId = null);
