using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;

namespace Strongroom.Aws.Tests.Secrets;

// PROTOCOLS 60, as the client meets it.
public class ListTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_follows_pages_the_empty_ones_too_and_passes_over_what_only_begins_alike()
    {
        await using var fixture = await AwsFixture.StartAsync(options => options.EmptyFirstPages = true);
        var backend = fixture.Backend();
        var names = Enumerable.Range(0, 105).Select(i => $"app/s{i:000}").ToList();
        foreach (var name in names.Append("apparel/other").Append("App/other"))
            await backend.SetAsync(name, AwsFixture.Fresh());
        await backend.DeleteAsync(BackendCalls.LocationOf("app/s104"), Ct);

        var listed = await ListAsync(backend, "app/");
        Assert.Equal(names[..^1], listed.Order(StringComparer.Ordinal));
        Assert.Equal(3, fixture.Server.Requests.Of("ListSecrets"));
    }

    [Fact]
    public async Task ListAsync_lags_and_so_proves_nothing_about_a_secret()
    {
        await using var fixture = await AwsFixture.StartAsync(options => options.ListLag = TimeSpan.FromMinutes(5));
        var backend = fixture.Backend();
        var text = AwsFixture.Fresh();
        await backend.SetAsync("fresh", text);
        Assert.Empty(await ListAsync(backend, null));
        Assert.Equal(text, await backend.TextAsync("fresh"));
    }

    private static async Task<List<string>> ListAsync(ISecretBackend backend, string? prefix)
    {
        var names = new List<string>();
        await foreach (var name in backend.ListAsync(prefix, Ct))
            names.Add(name.ToString());
        return names;
    }
}
