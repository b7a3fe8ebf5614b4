namespace Strongroom.Testing;

/// <summary>One <c>POST /v2/orders</c> that arrived with a valid key pair, taken or not.</summary>
/// <param name="Account">Whose key pair it came with.</param>
/// <param name="KeyId">That key pair's id.</param>
/// <param name="ClientOrderId">What the client named it; null where it did not, or where the body could not be read.</param>
/// <param name="Symbol">What it was for; null where the body could not be read.</param>
/// <param name="At">Broker time.</param>
/// <param name="Status">The HTTP status it was answered with, even if the answer never reached the client.</param>
public sealed record OrderAttempt(
    string Account,
    string KeyId,
    string? ClientOrderId,
    string? Symbol,
    DateTimeOffset At,
    int Status
);
