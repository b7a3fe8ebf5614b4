using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Strongroom.Aws.Policies;
using Strongroom.Aws.Secrets;
using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;
using Strongroom.Bundles;

namespace Strongroom.Aws.Tests.Documents;

/// <summary>What docs/aws.md says in numbers and in JSON, by the code's own.</summary>
public sealed partial class AwsPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "aws.md"));

    [Theory]
    [InlineData("1 to 20 secrets", 20, false)]
    [InlineData("21 to 40 secrets", 40, false)]
    [InlineData("1 secret alone", 1, false)]
    [InlineData("batches denied, 20 secrets", 20, true)]
    public void Costs_are_those_of_the_default_refresh(string row, int secrets, bool isEachByItself)
    {
        var calls = isEachByItself ? secrets : (secrets + BatchReader.MaxSecrets - 1) / BatchReader.MaxSecrets;
        var fewest = calls * (TimeSpan.FromDays(30) / new StrongroomOptions().CacheRefresh);
        var most = fewest / CachedBundle.ShortestShare;

        Assert.Contains("0.05 USD for 10,000 calls", s_page, StringComparison.Ordinal);
        var line = Assert.Single(s_page.Split('\n'), line => line.StartsWith($"| {row}", StringComparison.Ordinal));
        Assert.EndsWith(
            string.Create(CultureInfo.InvariantCulture, $" | {fewest:N0} to {most:N0} | {most * 0.05 / 10_000:0.00} |"),
            line,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_write_and_a_rotation_are_as_many_calls_as_the_page_says()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("one", AwsFixture.Fresh());
        var before = fixture.Server.Requests.Total;
        var current = await backend.SetAsync("one", AwsFixture.Fresh());
        Assert.Equal(4, fixture.Server.Requests.Total - before);
        Assert.Contains("One write is four calls", s_page, StringComparison.Ordinal);

        before = fixture.Server.Requests.Total;
        var pending = await backend.SetAsync("one", AwsFixture.Fresh(), stage: SecretStage.Pending);
        await backend.PromoteAsync(BackendCalls.LocationOf("one"), pending.Version, current.Version, CancellationToken.None);
        await backend.DiscardAsync(BackendCalls.LocationOf("one"), pending.Version, CancellationToken.None);
        Assert.Equal(8, fixture.Server.Requests.Total - before);
        Assert.Contains("a rotation's pending write, promotion and discard are eight", s_page, StringComparison.Ordinal);
    }

    [Fact]
    public void Policies_are_what_IamPolicy_makes()
    {
        const string Account = "123456789012",
            Region = "eu-central-1";
        var reader = SecretDeclaration.Parse(
            """
            { "service": "reader", "secrets": [
              { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca" } ] }
            """
        );
        var rotator = SecretDeclaration.Parse(
            """
            { "service": "rotator", "secrets": [
              { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca",
                "access": ["read", "write"] } ] }
            """
        );
        string[] made =
        [
            IamPolicy.For(reader, "prod/", Region, Account),
            IamPolicy.For(rotator, "prod/", Region, Account, "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ];

        var shown = Blocks().ToList();
        Assert.Equal(3, shown.Count);
        Assert.All(made.Zip([shown[0], shown[2]]), pair =>
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.First), JsonNode.Parse(pair.Second)), pair.First)
        );
    }

    [Fact]
    public async Task An_operators_policy_is_enough_for_its_namespace_and_for_no_other()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var credential = fixture.Server.IssueCredential(Blocks().ElementAt(1));
        var backend = fixture.Backend(options => options.Credentials = AwsFixture.Of(credential));
        var (location, ct) = (BackendCalls.LocationOf("prod/one"), CancellationToken.None);
        var first = await backend.SetAsync("prod/one", AwsFixture.Fresh());
        var pending = await backend.SetAsync("prod/one", AwsFixture.Fresh(), stage: SecretStage.Pending);
        await backend.PromoteAsync(location, pending.Version, first.Version, ct);
        await backend.SetAsync("prod/two", AwsFixture.Fresh());
        Assert.All(await backend.ReadAsync([BackendCalls.Request("prod/one"), BackendCalls.Request("prod/two")], ct), answer =>
            Assert.True(answer.Succeeded)
        );
        Assert.Equal(2, (await backend.VersionsAsync("prod/one")).Count);
        Assert.Equal(2, await backend.ListAsync("prod/", ct).CountAsync(cancellationToken: ct));
        await backend.DeleteAsync(location, ct);
        await backend.RestoreAsync(location, first.Version, ct);

        await Assert.ThrowsAsync<SecretAccessDeniedException>(() => backend.SetAsync("test/one", AwsFixture.Fresh()));
    }

    private static IEnumerable<string> Blocks() => JsonBlock().Matches(s_page).Select(block => block.Groups[1].Value);

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
