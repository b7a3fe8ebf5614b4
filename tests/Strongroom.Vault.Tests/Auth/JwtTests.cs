using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Auth;

public class JwtTests
{
    private const string ReadA = "path \"secret/data/a\" { capabilities = [\"read\"] }";

    [Fact] // PROTOCOLS 29
    public async Task Kubernetes_reads_the_service_accounts_token_at_every_login()
    {
        await using var fixture = await VaultFixture.StartAsync();
        using var cluster = new SignedJwt();
        await fixture.PutAsync("a", new { value = "some-value" });
        await fixture.PolicyAsync("reader", ReadA);
        await fixture.AdminAsync("POST", "sys/auth/k8s", new { type = "kubernetes" });
        await fixture.AdminAsync(
            "POST",
            "auth/k8s/config",
            new { kubernetes_host = "https://cluster.example", pem_keys = (string[])[cluster.PublicKey] }
        );
        await fixture.AdminAsync(
            "POST",
            "auth/k8s/role/execution",
            new
            {
                bound_service_account_names = "execution",
                bound_service_account_namespaces = "trading",
                token_policies = "reader",
                token_ttl = "1h",
            }
        );
        var file = Path.Combine(fixture.Folder, "token");
        string Account(int minutes) =>
            cluster.Sign(
                new Dictionary<string, object>
                {
                    ["exp"] = fixture.Time.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds(),
                    ["kubernetes.io/serviceaccount/namespace"] = "trading",
                    ["kubernetes.io/serviceaccount/service-account.name"] = "execution",
                    ["kubernetes.io/serviceaccount/service-account.uid"] = "u1",
                }
            );
        await File.WriteAllTextAsync(file, Account(minutes: 10));
        var backend = fixture.Backend(options =>
            (options.AuthMethod, options.AuthMount, options.Role, options.JwtFile, options.Token) = (
                VaultAuthMethod.Kubernetes,
                "k8s",
                "execution",
                file,
                null
            )
        );
        Assert.Equal("some-value", await backend.TextAsync("a"));

        await fixture.AdminAsync("POST", "auth/token/revoke", new { token = backend.Session.Current!.Token });
        await fixture.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(SecretErrorCode.LoginRejected, (await backend.ErrorAsync("a")).Code);
        await File.WriteAllTextAsync(file, Account(minutes: 10));
        Assert.Equal("some-value", await backend.TextAsync("a"));
    }

    [Fact]
    public async Task A_signed_token_from_a_file_logs_in()
    {
        await using var fixture = await VaultFixture.StartAsync();
        using var issuer = new SignedJwt();
        await fixture.PutAsync("a", new { value = "some-value" });
        await fixture.PolicyAsync("reader", ReadA);
        await fixture.AdminAsync("POST", "sys/auth/jwt", new { type = "jwt" });
        await fixture.AdminAsync("POST", "auth/jwt/config", new { jwt_validation_pubkeys = (string[])[issuer.PublicKey] });
        await fixture.AdminAsync(
            "POST",
            "auth/jwt/role/execution",
            new
            {
                role_type = "jwt",
                user_claim = "sub",
                bound_subject = "execution",
                token_policies = "reader",
                token_ttl = "1h",
            }
        );
        var file = Path.Combine(fixture.Folder, "jwt");
        await File.WriteAllTextAsync(
            file,
            issuer.Sign(new { sub = "execution", exp = fixture.Time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds() })
        );
        void AsJwt(VaultOptions options) =>
            (options.AuthMethod, options.Role, options.JwtFile, options.Token) = (VaultAuthMethod.Jwt, "execution", file, null);
        Assert.Equal("some-value", await fixture.Backend(AsJwt).TextAsync("a"));

        File.Delete(file);
        var error = await fixture.Backend(AsJwt).ErrorAsync("a");
        Assert.Equal(SecretErrorCode.LoginRejected, error.Code);
        Assert.Contains("VAULT_JWT_FILE", error.Message, StringComparison.Ordinal);
    }
}
