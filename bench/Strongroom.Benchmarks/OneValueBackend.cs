using System.Security.Cryptography;
using Strongroom.Backends;

namespace Strongroom.Benchmarks;

/// <summary>A backend in memory, so that what is measured is everything but a backend.</summary>
internal sealed class OneValueBackend : ISecretBackend
{
    public string Name => "memory";

    public BackendCapabilities Capabilities { get; } = new() { BatchSize = 20 };

    public ValueTask<IReadOnlyList<SecretAnswer>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct) =>
        new([.. requests.Select(request => SecretAnswer.Of(
            request, [.. request.Places.Select(_ => SecretValue.FromBytes(RandomNumberGenerator.GetBytes(32)))], new SecretVersion("1")))]);

    public ValueTask<SecretReceipt> WriteAsync(SecretWrite write, CancellationToken ct) => throw new NotSupportedException();

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) => throw new NotSupportedException();

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretPlace place, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<SecretReceipt> DeleteAsync(SecretPlace place, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<SecretReceipt> RestoreAsync(SecretPlace place, SecretVersion? version, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<SecretReceipt> PromoteAsync(SecretPlace place, SecretVersion pending, SecretVersion? expected, CancellationToken ct) => throw new NotSupportedException();
}
