using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Kv;
using Strongroom.Vault.Tests.Support;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Tests.Kv;

public class KvListTests
{
    [Fact] // PROTOCOLS 21
    public async Task List_is_recursive_and_by_prefix_and_leaves_the_namespace_out()
    {
        await using var fixture = await VaultFixture.StartAsync();
        foreach (
            var path in new[]
            {
                "prod/alpaca/credentials",
                "prod/alpaca",
                "prod/database/trader/password",
                "prod/alpacas",
                "other/a",
            }
        )
            await fixture.PutAsync(path, new { value = "some-value" });
        var backend = fixture.Backend(@namespace: "prod/");
        Assert.Equal(
            ["alpaca", "alpaca/credentials", "alpacas", "database/trader/password"],
            (await backend.NamesAsync()).Select(name => name.ToString()).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["alpaca", "alpaca/credentials"], (await backend.NamesAsync("alpaca")).Select(name => name.ToString()));
        Assert.Equal(["alpaca/credentials"], (await backend.NamesAsync("alpaca/")).Select(name => name.ToString()));
        Assert.Empty(await backend.NamesAsync("nothing"));
    }

    [Fact]
    public async Task Names_that_cannot_be_ours_are_passed_over_and_counted()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("good", new { value = "some-value" });
        await fixture.PutAsync("na%C3%AFve/k%20ey", new { value = "some-value" });
        Assert.Equal(["good"], (await fixture.Backend().NamesAsync()).Select(name => name.ToString()));
        Assert.Equal(1, fixture.Log.Count(2007));
    }

    [Fact]
    public async Task A_list_that_stops_gives_what_it_has_and_says_where()
    {
        await using var fixture = await VaultFixture.StartAsync();
        foreach (var path in new[] { "a/b/c/d", "a/b/x", "a/y", "a/z" })
            await fixture.PutAsync(path, new { value = "some-value" });
        foreach (
            var (bounds, expected, at) in new[]
            {
                (new ListBounds { Names = 2 }, 2, "a/"),
                (new ListBounds { Depth = 2 }, 2, "'a/b'"),
                (new ListBounds { Time = TimeSpan.FromTicks(-1) }, 0, "stopped"),
            }
        )
        {
            var names = new List<SecretName>();
            var error = await Assert.ThrowsAsync<SecretRefusedException>(async () =>
            {
                await foreach (var name in Lister(fixture, bounds).ListAsync(null, CancellationToken.None))
                    names.Add(name);
            });
            Assert.Equal(expected, names.Count);
            Assert.Contains(at, error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(4, (await fixture.Backend().NamesAsync()).Count);
    }

    [Fact] // PROTOCOLS 21
    public async Task A_denied_list_names_the_line()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var token = await fixture.TokenAsync("path \"secret/data/alpaca/credentials\" { capabilities = [\"read\"] }");
        var backend = fixture.Backend(options => options.Token = SecretValue.FromText(token));
        var error = await Assert.ThrowsAsync<SecretAccessDeniedException>(() => backend.NamesAsync("alpaca/"));
        Assert.Contains(
            """path "secret/metadata/alpaca/" { capabilities = ["list"] }""",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static KvLister Lister(VaultFixture fixture, ListBounds bounds)
    {
        var backend = fixture.Backend();
        var options = new VaultOptions { Addresses = [fixture.Server.Url] };
        var client = new AuthorizedClient(new VaultClient(options, fixture.Time, NullLogger.Instance), backend.Session);
        var paths = new KvPaths("secret");
        return new KvLister(
            client,
            paths,
            new KvMount(paths, NullLogger.Instance),
            "",
            bounds,
            fixture.Time,
            NullLogger.Instance
        );
    }
}
