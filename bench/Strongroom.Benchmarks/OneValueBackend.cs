using System.Security.Cryptography;
using Strongroom.Backends;

namespace Strongroom.Benchmarks;

/// <summary>A backend in memory, so that what is measured is everything but a backend.</summary>
internal sealed class OneValueBackend : ISecretBackend
{
    public string Name => "memory";

    public BackendCapabilities Capabilities { get; } = new() { BatchSize = 20 };

    public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct) =>
        new([
            .. requests.Select(request =>
                SecretReadResult.Success(
                    request,
                    [.. request.Locations.Select(_ => SecretValue.FromBytes(RandomNumberGenerator.GetBytes(32)))],
                    new SecretVersion("1")
                )
            ),
        ]);

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) => throw new NotSupportedException();

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) => throw new NotSupportedException();

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        throw new NotSupportedException();

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        throw new NotSupportedException();

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        throw new NotSupportedException();

    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => throw new NotSupportedException();
}
