using System.Text.Json;

namespace Strongroom.Testing.Tests.Vault.Policies;

public sealed class PolicyTests : VaultTest
{
    [Theory]
    [InlineData("secret/data/a/b", "read", "GET", "secret/data/a/b", true)]
    [InlineData("secret/data/a/b", "read", "GET", "secret/data/a/bc", false)]
    [InlineData("secret/data/a/*", "read", "GET", "secret/data/a/b/c", true)]
    [InlineData("secret/data/a*", "read", "GET", "secret/data/abc", true)]
    [InlineData("secret/data/+/key", "read", "GET", "secret/data/x/key", true)]
    [InlineData("secret/data/+/key", "read", "GET", "secret/data/x/y/key", false)]
    [InlineData("secret/data/+/k*", "read", "GET", "secret/data/x/key/deep", true)]
    [InlineData("secret/metadata/a", "list", "LIST", "secret/metadata/a", true)]
    [InlineData("secret/metadata/a/", "list", "LIST", "secret/metadata/a", true)]
    [InlineData("secret/metadata/a/*", "list", "LIST", "secret/metadata/a", true)]
    [InlineData("secret/metadata/*", "read", "LIST", "secret/metadata/a", false)]
    [InlineData("secret/data/new", "create", "POST", "secret/data/new", true)]
    [InlineData("secret/data/new", "update", "POST", "secret/data/new", false)]
    [InlineData("secret/data/old", "update", "POST", "secret/data/old", true)]
    [InlineData("secret/data/old", "create", "POST", "secret/data/old", false)]
    [InlineData("secret/data/old", "delete", "DELETE", "secret/data/old", true)]
    [InlineData("secret/data/old", "read", "DELETE", "secret/data/old", false)]
    public async Task Request_UnderAPolicy_IsAllowedByPathAndCapability(
        string path,
        string capability,
        string method,
        string request,
        bool allowed
    )
    {
        await WriteAsync("old", Random());
        var caller = await WithPolicyAsync($$"""path "{{path}}" { capabilities = ["{{capability}}"] }""");
        var answer = await caller.SendAsync(method, request, method == "POST" ? new { data = new { value = "v" } } : null);
        Assert.Equal(allowed, (int)answer.Status != 403);
        if (!allowed)
            answer.IsRefusal(403, "permission denied");
    }

    [Fact]
    public async Task Deny_BesideAGrant_Wins()
    {
        var caller = await WithPolicyAsync(
            """
            path "secret/data/*" { capabilities = ["read"] }
            path "secret/data/private/*" { capabilities = ["deny", "read"] }
            """
        );
        (await caller.GetAsync("secret/data/public/a")).Is(404);
        (await caller.GetAsync("secret/data/private/a")).Is(403);
    }

    [Fact]
    public async Task Paths_ThatBothMatch_TheCloserOneDecidesAlone()
    {
        var caller = await WithPolicyAsync(
            """
            path "secret/data/*" { capabilities = ["read"] }
            path "secret/data/a/b" { capabilities = ["update"] }
            """
        );
        (await caller.GetAsync("secret/data/a/b")).Is(403);
        (await caller.GetAsync("secret/data/a/c")).Is(404);
    }

    // PROTOCOLS 41
    [Fact]
    public async Task CapabilitiesSelf_OfSeveralPaths_TellsEach()
    {
        var caller = await WithPolicyAsync("""path "secret/data/a" { capabilities = ["update", "read"] }""");
        var answer = await caller.PostAsync("sys/capabilities-self", new { paths = "secret/data/a,secret/data/b" });
        Assert.Equal("""["read","update"]""", answer.Data.GetProperty("secret/data/a").GetRawText());
        Assert.Equal("""["deny"]""", answer.Data.GetProperty("secret/data/b").GetRawText());
        Assert.Equal(
            """["root"]""",
            (await Root.PostAsync("sys/capabilities-self", new { paths = "x" })).Data.GetProperty("x").GetRawText()
        );
    }

    [Fact]
    public async Task Policy_Changed_HoldsForTokensThatAreOut()
    {
        await Root.DoAsync(
            "PUT",
            "sys/policies/acl/live",
            new { policy = "path \"secret/data/a\" { capabilities = [\"read\"] }" }
        );
        var caller = As(await TokenAsync(new { policies = "live" }));
        (await caller.GetAsync("secret/data/a")).Is(404);
        await Root.DoAsync(
            "PUT",
            "sys/policies/acl/live",
            new { policy = "path \"secret/data/b\" { capabilities = [\"read\"] }" }
        );
        (await caller.GetAsync("secret/data/a")).Is(403);
    }

    [Theory]
    [InlineData("path \"a\" { capabilities = [\"red\"] }", "invalid capability")]
    [InlineData("path \"a\" { capabilities = [\"read\"", "list")]
    [InlineData("path \"a { }", "not closed")]
    [InlineData("paths \"a\" { }", "unknown key")]
    [InlineData("path \"a\" {", "not closed")]
    [InlineData("{\"path\": 1}", "unknown key")]
    public async Task Policy_Malformed_IsRefusedWithALine(string policy, string why) =>
        (await Root.SendAsync("PUT", "sys/policies/acl/bad", new { policy })).IsRefusal(400, why);

    [Fact]
    public async Task Policy_InJsonOrWithComments_IsUnderstood()
    {
        var caller = await WithPolicyAsync("""{"path": {"secret/data/a": {"capabilities": ["read"]}}}""");
        (await caller.GetAsync("secret/data/a")).Is(404);
        caller = await WithPolicyAsync(
            """
            # one
            // two
            /* three { */
            path "secret/data/a" { // four
              capabilities = [
                "read", # five
              ]
              allowed_parameters = { "*" = [] }
            }
            """
        );
        (await caller.GetAsync("secret/data/a")).Is(404);
    }

    [Fact]
    public async Task Policies_ListedReadAndRemoved_AtOldAndNewPaths()
    {
        var text = "path \"x\" { capabilities = [\"read\"] }";
        await Root.DoAsync("PUT", "sys/policy/one", new { policy = text });
        Assert.Equal(text, (await Root.GetAsync("sys/policies/acl/one")).Data.Text("policy"));
        Assert.Equal(
            """["default","one","root"]""",
            (await Root.SendAsync("LIST", "sys/policies/acl")).Data.GetProperty("keys").GetRawText()
        );
        await Root.DoAsync("DELETE", "sys/policies/acl/one");
        (await Root.GetAsync("sys/policy/one")).Is(404);
        (await Root.SendAsync("DELETE", "sys/policy/default")).Is(400);
    }

    [Fact]
    public async Task Sudo_ForAPathThatNeedsIt_IsAskedFor()
    {
        var without = await WithPolicyAsync("path \"sys/auth/*\" { capabilities = [\"create\", \"update\"] }");
        (await without.PostAsync("sys/auth/approle", new { type = "approle" })).Is(403);
        var with = await WithPolicyAsync("path \"sys/auth/*\" { capabilities = [\"create\", \"update\", \"sudo\"] }");
        (await with.PostAsync("sys/auth/approle", new { type = "approle" })).Is(204);
    }
}
