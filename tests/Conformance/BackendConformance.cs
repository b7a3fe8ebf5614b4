using System.Security.Cryptography;
using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>What all classes of the suite share: a fixture, the suite's names, and the few steps that they are told in.</summary>
public abstract class BackendConformance : IAsyncLifetime
{
    private BackendFixture? _fixture;

    protected BackendFixture Fixture => _fixture!;

    protected ISecretBackend Backend => Fixture.Backend;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected SecretLocation Single => LocationOf("conf/single");

    protected SecretLocation Singleton => LocationOf("conf/singleton");

    protected SecretLocation Other => LocationOf("conf/other");

    protected SecretLocation Absent => LocationOf("conf/absent");

    protected SecretLocation Deep => LocationOf("conf/deep/er/one");

    protected SecretLocation PairId => LocationOf("conf/pair_id", "conf/pair#id");

    protected SecretLocation PairKey => LocationOf("conf/pair_key", "conf/pair#key");

    public async ValueTask InitializeAsync() => _fixture = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_fixture is not null)
            await _fixture.DisposeAsync();
    }

    protected abstract Task<BackendFixture> OpenAsync();

    protected static string NewValue() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    protected static SecretRequest Request(SecretLocation location, params SecretLocation[] more) =>
        new(location.Name.Path, [location, .. more], ReadPurpose.Get);

    protected Task<SecretReadResult> ReadAsync(SecretLocation location, params SecretLocation[] more) =>
        ReadAsync(Request(location, more));

    protected async Task<SecretReadResult> ReadAsync(SecretRequest request) =>
        Assert.Single(await Backend.ReadAsync([request], Ct));

    protected async Task<string> ReadTextAsync(SecretLocation location) => TextOf(await ReadAsync(location));

    protected static string TextOf(SecretReadResult answer)
    {
        Assert.True(answer.Succeeded, answer.Error?.Message);
        return Assert.Single(answer.Values).Reveal();
    }

    protected Task<SecretWriteResult> WriteAsync(
        SecretLocation location,
        string text,
        SetCondition condition = default,
        SecretStage stage = SecretStage.Current,
        string? key = null
    ) => WriteAsync(Backend, location, text, condition, stage, key);

    protected static async Task<SecretWriteResult> WriteAsync(
        ISecretBackend backend,
        SecretLocation location,
        string text,
        SetCondition condition = default,
        SecretStage stage = SecretStage.Current,
        string? key = null
    )
    {
        using var value = SecretValue.FromText(text);
        return await backend.WriteAsync(new SecretWrite(location, value, condition, stage, key), Ct);
    }

    protected async Task<List<SecretVersionInfo>> HistoryAsync(SecretLocation location)
    {
        var history = new List<SecretVersionInfo>();
        await foreach (var version in Backend.HistoryAsync(location, Ct))
            history.Add(version);
        return history;
    }

    protected async Task<List<string>> ListAsync(string? prefix)
    {
        var names = new List<string>();
        await foreach (var name in Backend.ListAsync(prefix, Ct))
            names.Add(name.ToString());
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    protected static async Task<SecretWriteException> ConflictsAsync(Func<Task> act)
    {
        var conflict = await Assert.ThrowsAsync<SecretWriteException>(act);
        Assert.Equal(SecretErrorCode.Conflict, conflict.Code);
        Assert.False(conflict.IsTransient);
        return conflict;
    }

    /// <summary>What a backend cannot do, it refuses in its own words: no success, no other error.</summary>
    protected static async Task IsUnsupportedAsync(Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<SecretRefusedException>(act);
        Assert.Equal(SecretErrorCode.Unsupported, refused.Code);
        Assert.False(refused.IsTransient);
    }

    protected static void IsUnsupported(SecretReadResult answer) => Assert.Equal(SecretErrorCode.Unsupported, answer.Error?.Code);

    protected SecretLocation LocationOf(string name, string? at = null) =>
        new(SecretName.Parse(name), SecretName.Parse(Fixture.Namespace + (at ?? name)));
}
