using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault.Kv;

public sealed class KvV2Tests : VaultTest
{
    // PROTOCOLS 16
    [Fact]
    public async Task Read_OfSeveralVersions_GivesEachItsOwnAndZeroTheNewest()
    {
        var (first, second) = (Random(), Random());
        await WriteAsync("a/b", first);
        Time.Advance(TimeSpan.FromSeconds(1.5));
        await WriteAsync("a/b", second);
        Assert.Equal(first, await ValueAsync("secret/data/a/b?version=1"));
        Assert.Equal(second, await ValueAsync("secret/data/a/b?version=0"));
        var newest = await Root.GetAsync("secret/data/a/b");
        Assert.Equal(second, newest.Data.GetProperty("data").Text("value"));
        var metadata = newest.Data.GetProperty("metadata");
        Assert.Equal(
            (2, "", false),
            (
                metadata.GetProperty("version").GetInt32(),
                metadata.Text("deletion_time"),
                metadata.GetProperty("destroyed").GetBoolean()
            )
        );
        Assert.StartsWith("2026-03-02T14:30:01.5", metadata.Text("created_time"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, metadata.GetProperty("custom_metadata").ValueKind);
    }

    // PROTOCOLS 17
    [Fact]
    public async Task Read_DeletedOrDestroyedOrMissing_TellsThemApart()
    {
        await WriteAsync("deleted", Random());
        await Root.DoAsync("DELETE", "secret/data/deleted");
        await WriteAsync("destroyed", Random());
        await Root.DoAsync("PUT", "secret/destroy/destroyed", new { versions = 1 });
        var (deleted, destroyed, missing) = (
            await Root.GetAsync("secret/data/deleted"),
            await Root.GetAsync("secret/data/destroyed"),
            await Root.GetAsync("secret/data/missing")
        );
        deleted.Is(404);
        Assert.Equal(JsonValueKind.Null, deleted.Data.GetProperty("data").ValueKind);
        Assert.NotEqual("", deleted.Data.GetProperty("metadata").Text("deletion_time"));
        destroyed.Is(404);
        Assert.True(destroyed.Data.GetProperty("metadata").GetProperty("destroyed").GetBoolean());
        missing.Is(404);
        Assert.Empty(missing.Errors);
        Assert.False(missing.Json.TryGetProperty("data", out _));
    }

    // PROTOCOLS 18
    [Fact]
    public async Task Write_WithCheckAndSet_TakesTheCurrentVersionOnly()
    {
        await WriteAsync("cas", Random(), cas: 0);
        (await Root.PostAsync("secret/data/cas", new { options = new { cas = 0 }, data = new { value = "x" } })).IsRefusal(
            400,
            "did not match the current version"
        );
        await WriteAsync("cas", Random(), cas: 1);
        // After a soft delete the number still counts.
        await Root.DoAsync("DELETE", "secret/data/cas");
        (await Root.PostAsync("secret/data/cas", new { options = new { cas = 0 }, data = new { value = "x" } })).Is(400);
        await WriteAsync("cas", Random(), cas: 2);
    }

    // PROTOCOLS 18
    [Theory]
    [InlineData("secret/config")]
    [InlineData("secret/metadata/needs")]
    public async Task Write_WithoutCheckAndSetWhereItIsRequired_IsRefused(string where)
    {
        await Root.DoAsync("POST", where, new { cas_required = true });
        (await Root.PostAsync("secret/data/needs", new { data = new { value = "x" } })).IsRefusal(400, "required for this call");
        await WriteAsync("needs", Random(), cas: 0);
    }

    [Fact]
    public async Task Write_ByManyAtOnceWithTheSameVersion_SucceedsOnce()
    {
        await WriteAsync("race", Random());
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => Root.PostAsync("secret/data/race", new { options = new { cas = 1 }, data = new { value = i } }))
        );
        Assert.Single(answers, a => (int)a.Status == 200);
    }

    // PROTOCOLS 22
    [Fact]
    public async Task Write_MoreThanTenVersions_DropsTheOldest()
    {
        for (var i = 0; i < 12; i++)
            await WriteAsync("many", Random());
        (await Root.GetAsync("secret/data/many?version=2")).Is(404);
        (await Root.GetAsync("secret/data/many?version=3")).Is(200);
        var metadata = (await Root.GetAsync("secret/metadata/many")).Data;
        Assert.Equal(
            (12, 3, 10),
            (
                metadata.GetProperty("current_version").GetInt32(),
                metadata.GetProperty("oldest_version").GetInt32(),
                metadata.GetProperty("versions").EnumerateObject().Count()
            )
        );
        await Root.DoAsync("POST", "secret/metadata/many", new { max_versions = 3 });
        await WriteAsync("many", Random());
        Assert.Equal(3, (await Root.GetAsync("secret/metadata/many")).Data.GetProperty("versions").EnumerateObject().Count());
    }

    [Fact]
    public async Task Write_WithALifeForVersions_IsDeletedByItself()
    {
        await Root.DoAsync("POST", "secret/config", new { delete_version_after = "1h" });
        await WriteAsync("short", Random());
        (await Root.GetAsync("secret/data/short")).Is(200);
        Time.Advance(TimeSpan.FromHours(1));
        (await Root.GetAsync("secret/data/short")).Is(404);
        await Root.DoAsync("POST", "secret/undelete/short", new { versions = 1 });
        (await Root.GetAsync("secret/data/short")).Is(200);
    }

    // PROTOCOLS 19
    [Fact]
    public async Task Patch_MergePatch_ChangesSomeFieldsAndRemovesNulls()
    {
        await Root.DoAsync(
            "POST",
            "secret/data/p",
            new
            {
                data = new
                {
                    keep = "k",
                    change = "old",
                    drop = "d",
                },
            }
        );
        var patched = await Root.SendAsync(
            "PATCH",
            "secret/data/p",
            new { data = new { change = "new", drop = (string?)null } },
            ("Content-Type", "application/merge-patch+json")
        );
        patched.Is(200);
        var data = (await Root.GetAsync("secret/data/p")).Data.GetProperty("data");
        Assert.Equal(["change", "keep"], data.EnumerateObject().Select(p => p.Name));
        Assert.Equal("new", data.Text("change"));
        (await Root.SendAsync("PATCH", "secret/data/p", new { data = new { } })).Is(415);
        await Root.DoAsync("DELETE", "secret/data/p");
        (
            await Root.SendAsync(
                "PATCH",
                "secret/data/p",
                new { data = new { change = "x" } },
                ("Content-Type", "application/merge-patch+json")
            )
        ).Is(404);
    }

    // PROTOCOLS 24
    [Fact]
    public async Task Subkeys_OfASecret_ShowNamesAndNoValues()
    {
        var value = Random();
        await Root.DoAsync("POST", "secret/data/s", new { data = new { a = value, b = new { c = value } } });
        var answer = await Root.GetAsync("secret/subkeys/s");
        Assert.Equal("""{"a":null,"b":{"c":null}}""", answer.Data.GetProperty("subkeys").GetRawText());
        Assert.DoesNotContain(value, answer.Text, StringComparison.Ordinal);
    }

    // PROTOCOLS 22
    [Fact]
    public async Task CustomMetadata_Written_IsReadBackAndHeldToItsLimits()
    {
        await WriteAsync("c", Random());
        await Root.DoAsync("POST", "secret/metadata/c", new { custom_metadata = new { rotation_date = "2026-03-02" } });
        Assert.Equal(
            "2026-03-02",
            (await Root.GetAsync("secret/metadata/c")).Data.GetProperty("custom_metadata").Text("rotation_date")
        );
        Assert.Equal(
            "2026-03-02",
            (await Root.GetAsync("secret/data/c"))
                .Data.GetProperty("metadata")
                .GetProperty("custom_metadata")
                .Text("rotation_date")
        );
        (await Root.PostAsync("secret/metadata/c", new { custom_metadata = new { n = 1 } })).IsRefusal(400, "must be a string");
        (await Root.PostAsync("secret/metadata/c", new { custom_metadata = new { v = new string('x', 513) } })).Is(400);
        (
            await Root.PostAsync(
                "secret/metadata/c",
                new { custom_metadata = Enumerable.Range(0, 65).ToDictionary(i => $"k{i}", i => "v") }
            )
        ).Is(400);
        await Root.DoAsync(
            "PATCH",
            "secret/metadata/c",
            new { custom_metadata = new { rotation_date = (string?)null, status = "current" } },
            ("Content-Type", "application/merge-patch+json")
        );
        Assert.Equal(
            """{"status":"current"}""",
            (await Root.GetAsync("secret/metadata/c")).Data.GetProperty("custom_metadata").GetRawText()
        );
    }

    // PROTOCOLS 21
    [Fact]
    public async Task List_OfAFolderAndASecretOfOneName_ShowsBoth()
    {
        await WriteAsync("x", Random());
        await WriteAsync("x/y", Random());
        Assert.Equal(["x", "x/"], await KeysAsync("secret/metadata"));
        Assert.Equal(["y"], await KeysAsync("secret/metadata/x/"));
    }

    // PROTOCOLS 12, 15
    [Theory]
    [InlineData("plus+and=at@", "plus+and=at@")]
    [InlineData("with%20space/na%C3%AFve", "with space/")]
    [InlineData("a%2Fb", "a/")]
    [InlineData("100%25", "100%")]
    public async Task Path_Escaped_IsReadAsItIsMeant(string escaped, string listed)
    {
        await WriteAsync(escaped, Random());
        (await Root.GetAsync($"secret/data/{escaped}")).Is(200);
        Assert.Equal([listed], await KeysAsync("secret/metadata"));
    }

    [Fact]
    public async Task Read_WithAPathOfVersionOne_WarnsWhatIsWrong()
    {
        var answer = await Root.GetAsync("secret/alpaca/key");
        answer.Is(404);
        Assert.Contains(
            "Invalid path for a versioned K/V secrets engine",
            answer.Json.GetProperty("warnings")[0].GetString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("{\"data\":")]
    [InlineData("[]")]
    [InlineData("{\"data\":{\"a\":1,\"a\":2}}")]
    public async Task Write_WithABodyThatIsNoObject_IsRefusedWithoutQuotingIt(string body) =>
        Assert.Equal(["error parsing JSON"], (await Root.PostAsync("secret/data/a", body)).Errors);

    private async Task<string?> ValueAsync(string path) => (await Root.GetAsync(path)).Data.GetProperty("data").Text("value");

    private async Task<IEnumerable<string?>> KeysAsync(string path) =>
        (await Root.SendAsync("LIST", path)).Data.GetProperty("keys").EnumerateArray().Select(k => k.GetString());
}
