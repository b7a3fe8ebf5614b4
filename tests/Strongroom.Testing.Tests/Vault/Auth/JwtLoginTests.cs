namespace Strongroom.Testing.Tests.Vault.Auth;

public sealed class JwtLoginTests : VaultTest
{
    private readonly SignedToken signer = new();

    private long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Root.DoAsync("POST", "sys/auth/jwt", new { type = "jwt" });
        await Root.DoAsync(
            "POST",
            "auth/jwt/config",
            new
            {
                jwt_validation_pubkeys = signer.Keys,
                bound_issuer = "https://issuer.example",
                default_role = "ci",
            }
        );
        await Root.DoAsync(
            "POST",
            "auth/jwt/role/ci",
            new
            {
                role_type = "jwt",
                user_claim = "sub",
                bound_audiences = "vault",
                bound_claims = new { branch = "main" },
                token_policies = "trader",
                token_ttl = "10m",
            }
        );
    }

    public override ValueTask DisposeAsync()
    {
        signer.Dispose();
        return base.DisposeAsync();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Login_WithASignedToken_GivesTheRolesToken(string algorithm)
    {
        var answer = await LogInAsync(signer.Of(Claims(), algorithm));
        answer.Is(200);
        Assert.Equal(
            (600, "ci"),
            (answer.Auth.GetProperty("lease_duration").GetInt32(), answer.Auth.GetProperty("metadata").Text("role"))
        );
        (await As(null).PostAsync("auth/jwt/login", new { jwt = signer.Of(Claims()) })).Is(200);
    }

    [Fact]
    public async Task Login_WithATokenThatDoesNotDo_SaysWhy()
    {
        using var stranger = new SignedToken();
        (await LogInAsync(stranger.Of(Claims()))).IsRefusal(400, "no known key verifies its signature");
        (await LogInAsync(signer.Of(Claims(audience: "other")))).IsRefusal(400, "audience claim does not match");
        (await LogInAsync(signer.Of(Claims(branch: "other")))).IsRefusal(400, "claim \"branch\" does not match");
        (await LogInAsync(signer.Of(Claims(issuer: "https://other.example")))).IsRefusal(400, "invalid issuer");
        (await LogInAsync("a.b")).IsRefusal(400, "error validating token");
        (await As(null).PostAsync("auth/jwt/login", new { role = "none", jwt = "x" })).IsRefusal(400, "could not be found");
        var fresh = signer.Of(Claims());
        Time.Advance(TimeSpan.FromMinutes(7));
        (await LogInAsync(fresh)).IsRefusal(400, "expired");
        (
            await LogInAsync(
                signer.Of(
                    new
                    {
                        sub = "a",
                        iss = "https://issuer.example",
                        aud = "vault",
                        branch = "main",
                        nbf = Now + 3600,
                    }
                )
            )
        ).IsRefusal(400, "not valid yet");
    }

    // An unsigned token, or one signed with the public key as a shared secret, is the classic forgery.
    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    public async Task Login_WithAnotherAlgorithm_IsRefused(string algorithm) =>
        (await LogInAsync(signer.Of(Claims(), algorithm))).IsRefusal(400, "no known key verifies its signature");

    [Fact]
    public async Task Role_WithoutAnyBound_IsRefused()
    {
        (await Root.PostAsync("auth/jwt/role/open", new { user_claim = "sub" })).IsRefusal(400, "bound constraint");
        (await Root.PostAsync("auth/jwt/config", new { jwt_validation_pubkeys = "not a key" })).IsRefusal(400, "public key");
    }

    private object Claims(string audience = "vault", string branch = "main", string issuer = "https://issuer.example") =>
        new
        {
            sub = "pipeline",
            iss = issuer,
            aud = audience,
            branch,
            iat = Now,
            exp = Now + 300,
        };

    private Task<VaultAnswer> LogInAsync(string jwt) => As(null).PostAsync("auth/jwt/login", new { role = "ci", jwt });
}
