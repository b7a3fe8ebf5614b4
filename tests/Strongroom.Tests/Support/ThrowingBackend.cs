using Strongroom.Backends;

namespace Strongroom.Tests.Support;

/// <summary>A backend that is not there: every read throws what a broken network would.</summary>
internal sealed class ThrowingBackend : ISecretBackend
{
    public int Calls { get; private set; }

    public string Name => "throwing";

    public BackendCapabilities Capabilities { get; } = new() { BatchSize = 20 };

    public ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        Calls++;
        throw new IOException("boom");
    }

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct) => throw new IOException("boom");

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) => throw new IOException("boom");

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        throw new IOException("boom");

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        throw new IOException("boom");

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        throw new IOException("boom");
}
