using Strongroom;

namespace Trading.Tests.Support;

/// <summary>Gives the broker's bundle the state that the test sets; gives no secret.</summary>
internal sealed class FixedStateSecretManager : ISecretManager
{
    public TimeSpan BudgetLeft { get; set; } = TimeSpan.FromHours(1);

    public SecretManagerState State =>
        new(
            BundleCondition.Degraded,
            [
                new BundleState(
                    "alpaca",
                    [],
                    BundleCondition.Degraded,
                    new SecretVersion("1"),
                    null,
                    BudgetLeft,
                    SecretErrorCode.Unreachable,
                    LossEffect.Halt,
                    null
                ),
            ]
        );

    public ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default) => throw new NotSupportedException();

    public ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix = null, CancellationToken ct = default) =>
        throw new NotSupportedException();

    public ValueTask<SecretVersion> SetAsync(
        SecretName name,
        SecretValue value,
        SetCondition condition = default,
        CancellationToken ct = default
    ) => throw new NotSupportedException();
}
