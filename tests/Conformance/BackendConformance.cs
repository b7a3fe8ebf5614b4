using System.Security.Cryptography;
using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>What all classes of the suite share: a room, the suite's names, and the few steps that they are told in.</summary>
public abstract class BackendConformance : IAsyncLifetime
{
    private BackendRoom? _room;

    protected BackendRoom Room => _room!;

    protected ISecretBackend Backend => Room.Backend;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected SecretPlace Single => PlaceOf("conf/single");

    protected SecretPlace Singleton => PlaceOf("conf/singleton");

    protected SecretPlace Other => PlaceOf("conf/other");

    protected SecretPlace Absent => PlaceOf("conf/absent");

    protected SecretPlace Deep => PlaceOf("conf/deep/er/one");

    protected SecretPlace PairId => PlaceOf("conf/pair_id", "conf/pair#id");

    protected SecretPlace PairKey => PlaceOf("conf/pair_key", "conf/pair#key");

    public async ValueTask InitializeAsync() => _room = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_room is not null)
            await _room.DisposeAsync();
    }

    protected abstract Task<BackendRoom> OpenAsync();

    protected static string NewValue() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    protected static SecretRequest Request(SecretPlace place, params SecretPlace[] more) => new(place.Name.Path, [place, .. more], ReadPurpose.Get);

    protected Task<SecretAnswer> ReadAsync(SecretPlace place, params SecretPlace[] more) => ReadAsync(Request(place, more));

    protected async Task<SecretAnswer> ReadAsync(SecretRequest request) => Assert.Single(await Backend.ReadAsync([request], Ct));

    protected async Task<string> ReadTextAsync(SecretPlace place) => TextOf(await ReadAsync(place));

    protected static string TextOf(SecretAnswer answer)
    {
        Assert.True(answer.Succeeded, answer.Error?.Message);
        return Assert.Single(answer.Values).Reveal();
    }

    protected Task<SecretReceipt> WriteAsync(SecretPlace place, string text, SetCondition condition = default, SecretStage stage = SecretStage.Current) =>
        WriteAsync(Backend, place, text, condition, stage);

    protected static async Task<SecretReceipt> WriteAsync(
        ISecretBackend backend, SecretPlace place, string text, SetCondition condition = default, SecretStage stage = SecretStage.Current)
    {
        using var value = SecretValue.FromText(text);
        return await backend.WriteAsync(new SecretWrite(place, value, condition, stage), Ct);
    }

    protected async Task<List<SecretVersionInfo>> HistoryAsync(SecretPlace place)
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

    protected static void IsUnsupported(SecretAnswer answer) => Assert.Equal(SecretErrorCode.Unsupported, answer.Error?.Code);

    protected SecretPlace PlaceOf(string name, string? at = null) => new(SecretName.Parse(name), SecretName.Parse(Room.Namespace + (at ?? name)));
}
