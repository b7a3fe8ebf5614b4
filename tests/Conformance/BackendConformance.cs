using System.Security.Cryptography;
using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>What all classes of the suite share: a fixture, the suite's names, and the few steps that they are told in.</summary>
public abstract class BackendConformance : IAsyncLifetime
{
    private BackendFixture? _room;

    protected BackendFixture Fixture => _room!;

    protected ISecretBackend Backend => Fixture.Backend;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected SecretLocation Single => PlaceOf("conf/single");

    protected SecretLocation Singleton => PlaceOf("conf/singleton");

    protected SecretLocation Other => PlaceOf("conf/other");

    protected SecretLocation Absent => PlaceOf("conf/absent");

    protected SecretLocation Deep => PlaceOf("conf/deep/er/one");

    protected SecretLocation PairId => PlaceOf("conf/pair_id", "conf/pair#id");

    protected SecretLocation PairKey => PlaceOf("conf/pair_key", "conf/pair#key");

    public async ValueTask InitializeAsync() => _room = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_room is not null)
            await _room.DisposeAsync();
    }

    protected abstract Task<BackendFixture> OpenAsync();

    protected static string NewValue() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    protected static SecretRequest Request(SecretLocation place, params SecretLocation[] more) =>
        new(place.Name.Path, [place, .. more], ReadPurpose.Get);

    protected Task<SecretReadResult> ReadAsync(SecretLocation place, params SecretLocation[] more) =>
        ReadAsync(Request(place, more));

    protected async Task<SecretReadResult> ReadAsync(SecretRequest request) =>
        Assert.Single(await Backend.ReadAsync([request], Ct));

    protected async Task<string> ReadTextAsync(SecretLocation place) => TextOf(await ReadAsync(place));

    protected static string TextOf(SecretReadResult answer)
    {
        Assert.True(answer.Succeeded, answer.Error?.Message);
        return Assert.Single(answer.Values).Reveal();
    }

    protected Task<SecretWriteResult> WriteAsync(
        SecretLocation place,
        string text,
        SetCondition condition = default,
        SecretStage stage = SecretStage.Current
    ) => WriteAsync(Backend, place, text, condition, stage);

    protected static async Task<SecretWriteResult> WriteAsync(
        ISecretBackend backend,
        SecretLocation place,
        string text,
        SetCondition condition = default,
        SecretStage stage = SecretStage.Current
    )
    {
        using var value = SecretValue.FromText(text);
        return await backend.WriteAsync(new SecretWrite(place, value, condition, stage), Ct);
    }

    protected async Task<List<SecretVersionInfo>> HistoryAsync(SecretLocation place)
    {
        var history = new List<SecretVersionInfo>();
        await foreach (var version in Backend.HistoryAsync(place, Ct))
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

    /// <summary>What a backend cannot do, it refuses in its own words: no success, no other error.</summary>
    protected static async Task IsUnsupportedAsync(Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<SecretRefusedException>(act);
        Assert.Equal(SecretErrorCode.Unsupported, refused.Code);
        Assert.False(refused.IsTransient);
    }

    protected static void IsUnsupported(SecretReadResult answer) => Assert.Equal(SecretErrorCode.Unsupported, answer.Error?.Code);

    protected SecretLocation PlaceOf(string name, string? at = null) =>
        new(SecretName.Parse(name), SecretName.Parse(Fixture.Namespace + (at ?? name)));
}
