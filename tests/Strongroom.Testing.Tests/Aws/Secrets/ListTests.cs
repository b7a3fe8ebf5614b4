namespace Strongroom.Testing.Tests.Aws.Secrets;

public sealed class ListTests : SecretsManagerTest
{
    private protected override SecretsManagerServerOptions Options =>
        new()
        {
            EmptyFirstPages = TestContext.Current.TestMethod!.MethodName.Contains("EmptyFirstPage", StringComparison.Ordinal),
        };

    // PROTOCOLS 60
    [Theory]
    [InlineData("name", "app/", "app/a,app/b")]
    [InlineData("name", "App/", "")]
    [InlineData("name", "pp/", "")]
    [InlineData("name", "!app/", "other")]
    [InlineData("description", "the SECOND", "app/b")]
    [InlineData("description", "second", "")]
    [InlineData("tag-key", "te", "app/a,app/b")]
    [InlineData("tag-value", "blue", "app/b")]
    [InlineData("tag-value", "!blue", "app/a,other")]
    [InlineData("all", "SECOND", "app/b")]
    [InlineData("owning-service", "rds", "")]
    public async Task List_WithAFilter_MatchesPrefixes(string key, string value, string names)
    {
        await CreateAsync("app/a");
        await CreateAsync("app/b");
        await CreateAsync("other");
        await Root.DoAsync("UpdateSecret", new { SecretId = "app/b", Description = "The second one" });
        await Root.DoAsync("TagResource", new { SecretId = "app/a", Tags = new[] { new { Key = "team", Value = "red" } } });
        await Root.DoAsync("TagResource", new { SecretId = "app/b", Tags = new[] { new { Key = "team", Value = "blue" } } });
        var listed = await Root.DoAsync(
            "ListSecrets",
            new { Filters = new[] { new { Key = key, Values = new[] { value } } }, SortBy = "name" }
        );
        Assert.Equal(names, string.Join(',', Names(listed)));
    }

    // PROTOCOLS 60: values of one filter are alternatives, filters add up.
    [Fact]
    public async Task List_WithSeveralFiltersAndValues_CombinesThem()
    {
        foreach (var name in new[] { "a1", "a2", "b1" })
            await CreateAsync(name);
        await Root.DoAsync("TagResource", new { SecretId = "a2", Tags = new[] { new { Key = "k", Value = "v" } } });
        Assert.Equal(
            ["a1", "b1"],
            Names(await Root.DoAsync("ListSecrets", """{"Filters":[{"Key":"name","Values":["a1","b"]}]}"""))
        );
        Assert.Equal(
            ["a2"],
            Names(
                await Root.DoAsync(
                    "ListSecrets",
                    """{"Filters":[{"Key":"name","Values":["a"]},{"Key":"tag-key","Values":["k"]}]}"""
                )
            )
        );
    }

    // PROTOCOLS 60
    [Theory]
    [InlineData("""{"MaxResults":0}""", "ValidationException")]
    [InlineData("""{"MaxResults":101}""", "ValidationException")]
    [InlineData("""{"Filters":[{"Key":"nothing","Values":["a"]}]}""", "ValidationException")]
    [InlineData(
        """{"Filters":[{"Key":"name","Values":["1","2","3","4","5","6","7","8","9","10","11"]}]}""",
        "ValidationException"
    )]
    [InlineData("""{"NextToken":"abc"}""", "InvalidNextTokenException")]
    [InlineData("""{"SortBy":"size"}""", "ValidationException")]
    public async Task List_ThatIsNone_IsRefused(string request, string error) =>
        await Root.RefusedAsync(error, "ListSecrets", request);

    // PROTOCOLS 60
    [Fact]
    public async Task List_InPages_ShowsEachOnceInEitherOrder()
    {
        for (var i = 0; i < 5; i++)
            await CreateAsync($"n{i}");
        Assert.Equal(["n0", "n1", "n2", "n3", "n4"], await PagesAsync("asc"));
        Assert.Equal(["n4", "n3", "n2", "n1", "n0"], await PagesAsync("desc"));

        async Task<IReadOnlyList<string?>> PagesAsync(string order)
        {
            List<string?> names = [];
            string? token = null;
            do
            {
                var page = await Root.DoAsync(
                    "ListSecrets",
                    new
                    {
                        MaxResults = 2,
                        SortBy = "name",
                        SortOrder = order,
                        NextToken = token,
                    }
                );
                names.AddRange(Names(page));
                token = page.TryGetProperty("NextToken", out var next) ? next.GetString() : null;
            } while (token is not null);
            return names;
        }
    }

    // PROTOCOLS 59
    [Fact]
    public async Task List_WithAnEmptyFirstPage_HasANextOne()
    {
        await CreateAsync("a");
        var first = await Root.DoAsync("ListSecrets");
        Assert.Empty(Names(first));
        Assert.Equal(["a"], Names(await Root.DoAsync("ListSecrets", new { NextToken = first.Text("NextToken") })));
    }

    // PROTOCOLS 60
    [Fact]
    public async Task List_WithPlannedDeletions_ShowsThemOnRequestOnly()
    {
        await CreateAsync("stays");
        await CreateAsync("goes");
        await Root.DoAsync("DeleteSecret", new { SecretId = "goes" });
        Assert.Equal(["stays"], Names(await Root.DoAsync("ListSecrets")));
        var all = await Root.DoAsync("ListSecrets", new { IncludePlannedDeletion = true, SortBy = "name" });
        Assert.Equal(["goes", "stays"], Names(all));
        Assert.True(all.GetProperty("SecretList")[0].TryGetProperty("DeletedDate", out _));
    }

    // PROTOCOLS 60: never proof of absence.
    [Fact]
    public async Task List_ThatLags_ShowsWhatWasTrueSomeTimeAgo()
    {
        await using var late = await SecretsManagerServer.StartAsync(
            new() { ListLag = TimeSpan.FromMinutes(5), TimeProvider = Time },
            Ct
        );
        var caller = As(new(late.AccessKeyId, late.SecretAccessKey), server: late);
        await caller.DoAsync(
            "CreateSecret",
            new
            {
                Name = "a",
                ClientRequestToken = Random(),
                SecretString = Random(),
            }
        );
        await caller.DoAsync("GetSecretValue", new { SecretId = "a" });
        Assert.Empty(Names(await caller.DoAsync("ListSecrets")));
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["a"], Names(await caller.DoAsync("ListSecrets")));
        await caller.DoAsync("DeleteSecret", new { SecretId = "a", ForceDeleteWithoutRecovery = true });
        await caller.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "a" });
        Assert.Equal(["a"], Names(await caller.DoAsync("ListSecrets")));
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(Names(await caller.DoAsync("ListSecrets")));
    }

    [Fact]
    public async Task Tags_SetAndRemoved_ShowInTheDescription()
    {
        await CreateAsync("a");
        await Root.DoAsync("TagResource", """{"SecretId":"a","Tags":[{"Key":"x","Value":"1"},{"Key":"y","Value":"2"}]}""");
        await Root.DoAsync("TagResource", """{"SecretId":"a","Tags":[{"Key":"x","Value":"3"}]}""");
        await Root.DoAsync("UntagResource", """{"SecretId":"a","TagKeys":["y","z"]}""");
        Assert.Equal(
            """[{"Key":"x","Value":"3"}]""",
            (await Root.DoAsync("DescribeSecret", new { SecretId = "a" })).GetProperty("Tags").GetRawText()
        );
        await Root.RefusedAsync(
            "InvalidParameterException",
            "TagResource",
            """{"SecretId":"a","Tags":[{"Key":"aws:x","Value":"1"}]}"""
        );
        await Root.RefusedAsync(
            "InvalidParameterException",
            "TagResource",
            new { SecretId = "a", Tags = Enumerable.Range(0, 50).Select(i => new { Key = $"k{i}", Value = "" }) }
        );
    }
}
