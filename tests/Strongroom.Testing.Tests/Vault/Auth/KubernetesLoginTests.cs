namespace Strongroom.Testing.Tests.Vault.Auth;

public sealed class KubernetesLoginTests : VaultTest
{
    private readonly SignedToken signer = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Root.DoAsync("POST", "sys/auth/kubernetes", new { type = "kubernetes" });
        await Root.DoAsync(
            "POST",
            "auth/kubernetes/config",
            new { kubernetes_host = "https://kubernetes.default", pem_keys = signer.Keys }
        );
        await Root.DoAsync(
            "POST",
            "auth/kubernetes/role/signal",
            new
            {
                bound_service_account_names = "signal-service",
                bound_service_account_namespaces = "trading",
                audience = "vault",
                token_policies = "trader",
            }
        );
    }

    public override ValueTask DisposeAsync()
    {
        signer.Dispose();
        return base.DisposeAsync();
    }

    // PROTOCOLS 29
    [Fact]
    public async Task Login_WithABoundServiceAccountToken_GivesTheRolesToken()
    {
        var answer = await LogInAsync(Claims());
        answer.Is(200);
        Assert.Equal("signal-service", answer.Auth.GetProperty("metadata").Text("service_account_name"));
        Assert.Equal("""["default","trader"]""", answer.Auth.GetProperty("policies").GetRawText());
    }

    // PROTOCOLS 29
    [Fact]
    public async Task Login_WithAnotherAccountNamespaceAudienceOrAnOldToken_IsForbidden()
    {
        (await LogInAsync(Claims(account: "other"))).IsRefusal(403, "service account name not authorized");
        (await LogInAsync(Claims(space: "other"))).IsRefusal(403, "namespace not authorized");
        (await LogInAsync(Claims(audience: "other"))).IsRefusal(403, "audience");
        var claims = Claims();
        Time.Advance(TimeSpan.FromHours(2));
        (await LogInAsync(claims)).IsRefusal(403, "permission denied");
        (await As(null).PostAsync("auth/kubernetes/login", new { role = "none", jwt = "x" })).IsRefusal(
            400,
            "invalid role name \"none\""
        );
    }

    private object Claims(string account = "signal-service", string space = "trading", string audience = "vault") =>
        new Dictionary<string, object>
        {
            ["sub"] = $"system:serviceaccount:{space}:{account}",
            ["aud"] = audience,
            ["exp"] = Time.GetUtcNow().ToUnixTimeSeconds() + 3600,
            ["kubernetes.io"] = new { @namespace = space, serviceaccount = new { name = account, uid = "7d1f" } },
        };

    private Task<VaultAnswer> LogInAsync(object claims) =>
        As(null).PostAsync("auth/kubernetes/login", new { role = "signal", jwt = signer.Of(claims) });
}
