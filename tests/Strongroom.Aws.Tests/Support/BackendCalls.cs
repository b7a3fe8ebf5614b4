using Strongroom.Backends;

namespace Strongroom.Aws.Tests.Support;

/// <summary>Short forms of what tests ask a backend.</summary>
internal static class BackendCalls
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static SecretLocation LocationOf(string at, string? name = null) =>
        new(SecretName.Parse(name ?? at), SecretName.Parse(at));

    public static SecretRequest Request(string at, string? version = null, SecretStage stage = SecretStage.Current) =>
        new(at, [LocationOf(at)], ReadPurpose.Get)
        {
            Version = version is null ? null : new SecretVersion(version),
            Stage = stage,
        };

    public static async Task<SecretReadResult> AskAsync(
        this ISecretBackend backend,
        string at,
        string? version = null,
        SecretStage stage = SecretStage.Current
    ) =>
        Assert.Single(
            await backend.ReadAsync([Request(at, version, stage)], Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ct)
        );

    public static async Task<string> TextAsync(
        this ISecretBackend backend,
        string at,
        string? version = null,
        SecretStage stage = SecretStage.Current
    )
    {
        var answer = await backend.AskAsync(at, version, stage);
        Assert.True(answer.Succeeded, answer.Error?.Message);
        return Assert.Single(answer.Values).Reveal();
    }

    public static async Task<SecretException> ErrorAsync(this ISecretBackend backend, string at, string? version = null)
    {
        var answer = await backend.AskAsync(at, version);
        Assert.False(answer.Succeeded);
        return answer.Error;
    }

    public static async Task<SecretWriteResult> SetAsync(
        this ISecretBackend backend,
        string at,
        string text,
        SetCondition condition = default,
        SecretStage stage = SecretStage.Current,
        string? key = null
    )
    {
        using var value = SecretValue.FromText(text);
        return await backend.WriteAsync(new SecretWrite(LocationOf(at), value, condition, stage, key), Ct);
    }

    public static async Task<List<SecretVersionInfo>> VersionsAsync(this ISecretBackend backend, string at)
    {
        var versions = new List<SecretVersionInfo>();
        await foreach (var version in backend.HistoryAsync(LocationOf(at), Ct))
            versions.Add(version);
        return versions;
    }
}
