using Strongroom;
using Strongroom.Breaker;

namespace Trading.Tests.Support;

/// <summary>A breaker in the state that the test sets.</summary>
internal sealed class SettableBreaker : ICredentialBreaker
{
    public CredentialPermission Permission { get; set; } = CredentialPermission.All;

    public IReadOnlyList<TripRecord> Uncleared => [];

    public void RequireAll()
    {
        if (Permission != CredentialPermission.All)
            throw new SecretRefusedException(SecretErrorCode.BreakerRefused, "The test has stopped trading.");
    }

    public ValueTask<TripRecord> TripAsync(TripCause cause, string bundle, string version, string detail, CancellationToken ct) =>
        throw new NotSupportedException();

    public ValueTask<bool> ClearAsync(Guid id, string @operator, string reason, CancellationToken ct) =>
        throw new NotSupportedException();

    public ValueTask RefreshAsync(CancellationToken ct) => ValueTask.CompletedTask;
}
