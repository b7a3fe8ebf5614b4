namespace Strongroom.Testing.Tests.Vault.Auth;

public sealed class AppRoleTests : VaultTest
{
    private string roleId = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Root.DoAsync("POST", "sys/auth/approle", new { type = "approle" });
        await Root.DoAsync(
            "POST",
            "auth/approle/role/r",
            new
            {
                token_policies = "trader",
                token_ttl = "20m",
                token_max_ttl = "1h",
                secret_id_num_uses = 3,
                secret_id_ttl = "1h",
            }
        );
        roleId = (await Root.GetAsync("auth/approle/role/r/role-id")).Data.Text("role_id")!;
    }

    // PROTOCOLS 25
    [Fact]
    public async Task Login_WithGoodIds_GivesTheRolesToken()
    {
        var answer = await LogInAsync(roleId, await SecretIdAsync());
        answer.Is(200);
        Assert.Equal(
            (1200, true, "r"),
            (
                answer.Auth.GetProperty("lease_duration").GetInt32(),
                answer.Auth.GetProperty("renewable").GetBoolean(),
                answer.Auth.GetProperty("metadata").Text("role_name")
            )
        );
        Assert.Equal("""["default","trader"]""", answer.Auth.GetProperty("token_policies").GetRawText());
    }

    // PROTOCOLS 25
    [Fact]
    public async Task Login_WithAWrongRoleOrSecretId_IsRefusedInTheSameWords()
    {
        (await LogInAsync(roleId, Random())).IsRefusal(400, "invalid role or secret ID");
        (await LogInAsync(Random(), await SecretIdAsync())).IsRefusal(400, "invalid role or secret ID");
        (await LogInAsync(roleId, "")).IsRefusal(400, "missing secret_id");
    }

    // PROTOCOLS 26
    [Fact]
    public async Task Login_AfterFiveFailures_IsDeniedForFifteenMinutesEvenWithGoodIds()
    {
        for (var i = 0; i < 5; i++)
            (await LogInAsync(roleId, Random())).Is(400);
        (await LogInAsync(roleId, await SecretIdAsync())).IsRefusal(403, "permission denied");
        Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        (await LogInAsync(roleId, await SecretIdAsync())).Is(403);
        Time.Advance(TimeSpan.FromSeconds(1));
        (await LogInAsync(roleId, await SecretIdAsync())).Is(200);
    }

    [Fact]
    public async Task Login_AfterFourFailuresAndASuccess_StartsCountingAgain()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
                (await LogInAsync(roleId, Random())).Is(400);
            (await LogInAsync(roleId, await SecretIdAsync())).Is(200);
        }
    }

    [Fact]
    public async Task Lockout_TunedOff_NeverShuts()
    {
        await Root.DoAsync("POST", "sys/auth/approle/tune", new { user_lockout_config = new { lockout_disable = true } });
        for (var i = 0; i < 7; i++)
            (await LogInAsync(roleId, Random())).Is(400);
        (await LogInAsync(roleId, await SecretIdAsync())).Is(200);
    }

    // PROTOCOLS 27
    [Fact]
    public async Task SecretId_UsedUp_IsGone()
    {
        var secret = await SecretIdAsync();
        for (var i = 0; i < 3; i++)
            (await LogInAsync(roleId, secret)).Is(200);
        (await LogInAsync(roleId, secret)).Is(400);
    }

    [Fact]
    public async Task SecretId_PastItsTime_IsGone()
    {
        var secret = await SecretIdAsync();
        Time.Advance(TimeSpan.FromHours(1));
        (await LogInAsync(roleId, secret)).Is(400);
    }

    [Fact]
    public async Task SecretId_LookedUpAndDestroyed_ByItselfAndByAccessor()
    {
        var (one, other) = (
            (await Root.PostAsync("auth/approle/role/r/secret-id")).Data,
            (await Root.PostAsync("auth/approle/role/r/secret-id")).Data
        );
        var looked = await Root.PostAsync("auth/approle/role/r/secret-id/lookup", new { secret_id = one.Text("secret_id") });
        Assert.Equal(3, looked.Data.GetProperty("secret_id_num_uses").GetInt32());
        Assert.Equal(
            2,
            (await Root.SendAsync("LIST", "auth/approle/role/r/secret-id")).Data.GetProperty("keys").GetArrayLength()
        );
        await Root.DoAsync("POST", "auth/approle/role/r/secret-id/destroy", new { secret_id = one.Text("secret_id") });
        await Root.DoAsync(
            "POST",
            "auth/approle/role/r/secret-id-accessor/destroy",
            new { secret_id_accessor = other.Text("secret_id_accessor") }
        );
        (await LogInAsync(roleId, one.Text("secret_id")!)).Is(400);
        (await LogInAsync(roleId, other.Text("secret_id")!)).Is(400);
    }

    [Fact]
    public async Task Role_ReadListedDeleted_AndItsIdChosen()
    {
        await Root.DoAsync("POST", "auth/approle/role/r/role-id", new { role_id = "chosen" });
        (await LogInAsync("chosen", await SecretIdAsync())).Is(200);
        Assert.Equal(1200, (await Root.GetAsync("auth/approle/role/r")).Data.GetProperty("token_ttl").GetInt32());
        Assert.Equal("""["r"]""", (await Root.SendAsync("LIST", "auth/approle/role")).Data.GetProperty("keys").GetRawText());
        await Root.DoAsync("DELETE", "auth/approle/role/r");
        (await Root.GetAsync("auth/approle/role/r")).Is(404);
    }

    // PROTOCOLS 31: a login's token meets the role's wall, and only a new login helps.
    [Fact]
    public async Task Renew_UpToTheRolesMaximum_ThenNoMore()
    {
        var token = As((await LogInAsync(roleId, await SecretIdAsync())).ClientToken);
        Time.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(1200, (await token.PostAsync("auth/token/renew-self")).Auth.GetProperty("lease_duration").GetInt32());
        Time.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(1200, (await token.PostAsync("auth/token/renew-self")).Auth.GetProperty("lease_duration").GetInt32());
        Time.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(180, (await token.PostAsync("auth/token/renew-self")).Auth.GetProperty("lease_duration").GetInt32());
        Time.Advance(TimeSpan.FromMinutes(3));
        (await token.PostAsync("auth/token/renew-self")).Is(403);
    }

    private async Task<string> SecretIdAsync() => (await Root.PostAsync("auth/approle/role/r/secret-id")).Data.Text("secret_id")!;

    private Task<VaultAnswer> LogInAsync(string role, string secret) =>
        As(null).PostAsync("auth/approle/login", new { role_id = role, secret_id = secret });
}
