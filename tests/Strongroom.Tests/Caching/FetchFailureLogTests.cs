using Microsoft.Extensions.Logging;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>The log says the cause of an outage once, and nothing of what is as it was set up.</summary>
public sealed class FetchFailureLogTests
{
    private const string Five = """
        { "service": "test_service", "secrets": [
          { "name": "one/key" }, { "name": "two/key" }, { "name": "three/key" }, { "name": "four/key" },
          { "name": "five/key" } ] }
        """;

    private static readonly string[] s_paths = ["one/key", "two/key", "three/key", "four/key", "five/key"];

    [Fact]
    public async Task Outage_of_many_bundles_is_one_line_with_its_cause_and_one_when_it_is_over()
    {
        using var fixture = new Fixture(declaration: Five);
        await fixture.StartAsync();
        foreach (var path in s_paths)
            fixture.Backend.Fail(path, SecretErrorCode.Unreachable);
        await fixture.PassAsync(TimeSpan.FromMinutes(10));

        var told = Assert.Single(fixture.Log.Entries, entry => entry.Id.Id == 1101 && entry.Level >= LogLevel.Warning);
        Assert.Contains("Unreachable", told.Text, StringComparison.Ordinal);
        Assert.Equal(5, fixture.Log.Count(1101));

        foreach (var path in s_paths)
            fixture.Backend.Heal(path);
        await fixture.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, fixture.Log.Count(1121));

        fixture.Backend.Fail("one/key", SecretErrorCode.Unreachable);
        await fixture.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(2, fixture.Log.Entries.Count(entry => entry.Id.Id == 1101 && entry.Level >= LogLevel.Warning));
    }

    [Theory]
    [InlineData(600, 0, 600)]
    [InlineData(60, 0, 60)]
    [InlineData(0, 0, 0)]
    [InlineData(600, 3300, 300)]
    public async Task Denial_states_what_is_left_by_whichever_end_comes_first(int grace, int age, int left)
    {
        using var fixture = new Fixture(options => options.DeniedGrace = TimeSpan.FromSeconds(grace));
        await fixture.StartAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(age));
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);

        var told = Assert.Single(fixture.Log.Entries, entry => entry.Id.Id == 1101);
        Assert.Contains($" {left} s of its budget are left", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_that_no_wait_mends_is_told_for_each_bundle_once()
    {
        using var fixture = new Fixture(declaration: Five);
        await fixture.StartAsync();
        fixture.Backend.Fail("one/key", SecretErrorCode.Denied);
        fixture.Backend.Fail("two/key", SecretErrorCode.Denied);
        await fixture.PassAsync(TimeSpan.FromMinutes(9));

        var told = fixture.Log.Entries.Where(entry => entry.Id.Id == 1109).Select(entry => entry.Text).Distinct().ToList();
        Assert.Equal(fixture.Log.Count(1109), told.Count);
    }

    [Fact]
    public async Task Optional_secret_that_is_not_there_is_no_error_and_one_that_vanishes_is()
    {
        using var fixture = new Fixture(
            declaration: """
            { "service": "test_service",
              "secrets": [ { "name": "one/key" }, { "name": "two/key", "required": false } ] }
            """
        );
        fixture.Backend.Fail("two/key", SecretErrorCode.Missing);
        await fixture.StartAsync();
        await fixture.PassAsync(TimeSpan.FromMinutes(11));
        Assert.Equal((0, 1), (fixture.Log.Count(1109), fixture.Log.Count(1120)));
        Assert.DoesNotContain(fixture.Log.Entries, entry => entry.Level >= LogLevel.Warning);

        fixture.Backend.Heal("two/key");
        await fixture.PassAsync(TimeSpan.FromMinutes(6));
        fixture.Backend.Fail("two/key", SecretErrorCode.Missing);
        await fixture.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(1, fixture.Log.Count(1109));
    }

    [Fact]
    public async Task Start_of_one_secret_says_one_secret_in_one_bundle()
    {
        using var fixture = new HostFixture();
        fixture.WriteDeclaration("""{ "service": "test_service", "secrets": [ { "name": "database/password" } ] }""");
        var host = await fixture.StartAsync();
        Assert.Contains(
            "1 secret in 1 bundle",
            fixture.Log.Entries.Single(entry => entry.Id.Id == 1000).Text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "1 secrets",
            fixture.Log.Entries.Single(entry => entry.Id.Id == 1000).Text,
            StringComparison.Ordinal
        );
        await host.StopAsync();
        await HostFixture.DisposeAsync(host);

        fixture.WriteDotenv("");
        Assert.Contains(
            "(1 attempt in",
            (await Assert.ThrowsAsync<SecretStartupException>(fixture.StartAsync)).Message,
            StringComparison.Ordinal
        );
    }
}
