using Strongroom.Vault.Policies;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Policies;

public class PolicyTests
{
    private static readonly SecretDeclaration s_declaration = SecretDeclaration.Parse(
        """
        { "service": "execution_gateway", "secrets": [
          { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca" },
          { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca" },
          { "name": "notes/writable", "access": ["write"] },
          { "name": "notes/whole", "access": ["read", "write", "delete"] } ] }
        """
    );

    [Fact]
    public void For_gives_exact_paths_and_no_more_than_the_declaration_asks()
    {
        var text = VaultPolicy.For(s_declaration, "prod/", "team/kv");
        Assert.Equal(
            """
            # The least that execution_gateway needs, from its declaration. Made by strongroom; change secrets.json instead.
            path "team/kv/data/prod/alpaca/credentials" { capabilities = ["read"] }
            path "team/kv/data/prod/notes/whole" { capabilities = ["create", "read", "update"] }
            path "team/kv/delete/prod/notes/whole" { capabilities = ["update"] }
            path "team/kv/undelete/prod/notes/whole" { capabilities = ["update"] }
            path "team/kv/metadata/prod/notes/whole" { capabilities = ["read"] }
            path "team/kv/data/prod/notes/writable" { capabilities = ["create", "read", "update"] }
            path "team/kv/metadata/prod/notes/writable" { capabilities = ["read"] }

            # Its own token, where the role does not have the policy 'default'.
            path "auth/token/lookup-self" { capabilities = ["read"] }
            path "auth/token/renew-self" { capabilities = ["update"] }
            path "auth/token/revoke-self" { capabilities = ["update"] }

            """,
            text
        );
        Assert.DoesNotContain("*", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_with_its_policy_can_do_all_it_declares_and_the_check_finds_nothing()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("alpaca/credentials", new { api_key_id = "id-text", api_secret_key = "key-text" });
        var ids = await fixture.AppRoleAsync("execution", VaultPolicy.For(s_declaration, "", "secret"));
        var backend = fixture.AppRoleBackend(ids);

        Assert.Equal("id-text", await backend.TextAsync("alpaca/credentials#api_key_id"));
        await backend.SetAsync("notes/writable", "some-note");
        await backend.SetAsync("notes/whole", "note-one");
        await backend.SetAsync("notes/whole", "note-two");
        await backend.DeleteAsync(Asking.Place("notes/whole"), CancellationToken.None);
        await backend.RestoreAsync(Asking.Place("notes/whole"), null, CancellationToken.None);
        await backend.RestoreAsync(Asking.Place("notes/whole"), new SecretVersion("1"), CancellationToken.None);
        Assert.Equal(3, (await backend.HistoryAsync(Asking.Place("notes/whole"), CancellationToken.None).ToListAsync()).Count);

        var report = await backend.CheckPolicyAsync(s_declaration, [], CancellationToken.None);
        Assert.Empty(report.Missing);
        Assert.Empty(report.Excessive);
    }

    [Fact] // PROTOCOLS 41
    public async Task The_check_names_what_is_missing_and_what_is_too_much()
    {
        await using var fixture = await VaultFixture.StartAsync();
        var token = await fixture.TokenAsync(
            """
            path "secret/data/alpaca/credentials" { capabilities = ["read", "list"] }
            path "secret/data/notes/whole" { capabilities = ["read", "create"] }
            path "secret/metadata/*" { capabilities = ["read"] }
            """
        );
        var report = await fixture
            .Backend(options => options.Token = SecretValue.FromText(token))
            .CheckPolicyAsync(s_declaration, [], CancellationToken.None);
        Assert.Equal(
            [
                """path "secret/data/notes/whole" { capabilities = ["update"] }""",
                """path "secret/data/notes/writable" { capabilities = ["create", "read", "update"] }""",
                """path "secret/delete/notes/whole" { capabilities = ["update"] }""",
                """path "secret/undelete/notes/whole" { capabilities = ["update"] }""",
            ],
            report.Missing.Select(line => new PolicyLine(line.Path, line.Capabilities).ToString())
        );
        Assert.Equal(
            [
                """path "secret/data/alpaca/credentials" { capabilities = ["list"] }""",
                """path "secret/metadata/alpaca/credentials" { capabilities = ["read"] }""",
                """path "secret/metadata/strongroom~undeclared" { capabilities = ["read"] }""",
            ],
            report.Excessive.Select(line => new PolicyLine(line.Path, line.Capabilities).ToString())
        );
        Assert.Contains((await fixture.Backend().CheckPolicyAsync(s_declaration, [], CancellationToken.None)).Excessive, line =>
            line.Capabilities.Contains("root")
        );
    }

    [Fact]
    public async Task A_path_that_the_policy_lacks_is_the_line_that_the_denied_read_names()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync("alpaca/credentials", new { api_key_id = "id-text", api_secret_key = "key-text" });
        var lines = VaultPolicy.Lines(s_declaration, "", "secret");
        var lacking = lines.Single(line => line.Path == "secret/data/alpaca/credentials");
        var ids = await fixture.AppRoleAsync("execution", string.Join('\n', lines.Where(line => line != lacking)));
        var error = await fixture.AppRoleBackend(ids).ErrorAsync("alpaca/credentials#api_key_id");
        Assert.Equal(SecretErrorCode.Denied, error.Code);
        Assert.Contains(lacking.ToString(), error.Message, StringComparison.Ordinal);
    }
}
