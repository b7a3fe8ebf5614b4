using System.Security.Cryptography;
using System.Text;
using Strongroom.Aws.Tests.Support;

namespace Strongroom.Aws.Tests.Credentials;

/// <summary>The SDK's whole credential chain, each source a server on loopback, each read by a process of its own.</summary>
public sealed class ChainTests : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::123456789012:role/some-role";

    private AwsFixture? _fixture;
    private CredentialSources? _sources;
    private Reader? _reader;

    private AwsFixture Fixture => _fixture!;

    private CredentialSources Sources => _sources!;

    private Reader Reader => _reader!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await AwsFixture.StartAsync();
        _sources = await CredentialSources.StartAsync(_fixture);
        _reader = await Reader.OfAsync(_fixture);
        foreach (var service in (string[])["STS", "SSO", "SSO_OIDC"])
            Reader.Set($"AWS_ENDPOINT_URL_{service}", Sources.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        if (_sources is not null)
            await _sources.DisposeAsync();
        if (_fixture is not null)
            await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Keys_of_the_environment_are_who_asks()
    {
        var keys = Fixture.Server.IssueTemporaryCredential(TimeSpan.FromHours(1));
        await Reader
            .Set("AWS_ACCESS_KEY_ID", keys.AccessKeyId)
            .Set("AWS_SECRET_ACCESS_KEY", keys.SecretAccessKey)
            .Set("AWS_SESSION_TOKEN", keys.SessionToken)
            .ReadAsync();
    }

    [Fact]
    public async Task A_profile_gives_keys_region_and_endpoint()
    {
        Reader.Write(".aws/credentials", Keys("prod"));
        Reader.Write(
            ".aws/config",
            $"[profile prod]\nregion = {Fixture.Server.Region}\nservices = local\n[services local]\nsecrets_manager =\n  "
                + $"endpoint_url = {Fixture.Server.Url}\n"
        );
        await Reader.Set("AWS_PROFILE", "prod").Set("AWS_REGION", null).Set("AWS_ENDPOINT_URL_SECRETS_MANAGER", null).ReadAsync();
    }

    [Fact]
    public async Task Files_with_profiles_may_lie_elsewhere()
    {
        Reader.Set("AWS_SHARED_CREDENTIALS_FILE", Reader.Write("elsewhere/credentials", Keys("default")));
        await Reader
            .Set("AWS_CONFIG_FILE", Reader.Write("elsewhere/config", $"[default]\nregion = {Fixture.Server.Region}\n"))
            .Set("AWS_REGION", null)
            .ReadAsync();
    }

    [Fact]
    public async Task A_role_is_assumed_with_the_keys_of_another_profile()
    {
        Sources.RoleIsAssumedBy = Fixture.Server.AccessKeyId;
        Reader.Write(".aws/credentials", Keys("base"));
        Reader.Write(
            ".aws/config",
            $"[profile trader]\nrole_arn = {Role}\nsource_profile = base\nregion = {Fixture.Server.Region}\n"
        );
        await Reader.Set("AWS_PROFILE", "trader").ReadAsync();
        Assert.Equal(["AssumeRole"], Sources.Asked);
    }

    [Fact]
    public async Task A_role_that_may_not_be_assumed_is_a_refused_login()
    {
        Reader.Write(".aws/credentials", Keys("base"));
        Reader.Write(
            ".aws/config",
            $"[profile trader]\nrole_arn = {Role}\nsource_profile = base\nregion = {Fixture.Server.Region}\n"
        );
        Assert.Contains("(LoginRejected)", await Reader.Set("AWS_PROFILE", "trader").FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_identity_becomes_a_role()
    {
        await Reader
            .Set("AWS_WEB_IDENTITY_TOKEN_FILE", Reader.Write("token", Sources.Token))
            .Set("AWS_ROLE_ARN", Role)
            .ReadAsync();
        Assert.Equal(["AssumeRoleWithWebIdentity"], Sources.Asked);
    }

    [Fact]
    public async Task A_containers_agent_is_asked_with_its_token()
    {
        await Reader
            .Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", $"{Sources.Url}/container")
            .Set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Reader.Write("token", Sources.Token))
            .ReadAsync();
        Assert.Equal(["GET /container"], Sources.Asked.Distinct());
    }

    [Fact]
    public async Task Instance_metadata_v2_gives_keys_and_region()
    {
        await Reader
            .Set("AWS_EC2_METADATA_DISABLED", null)
            .Set("AWS_EC2_METADATA_SERVICE_ENDPOINT", Sources.Url)
            .Set("AWS_REGION", null)
            .ReadAsync();
        Assert.Contains("PUT /latest/api/token", Sources.Asked);
        Assert.Contains("GET /latest/dynamic/instance-identity/document", Sources.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_of_SSO_is_used_from_its_cache(bool hasSession)
    {
        const string Start = "https://example.awsapps.com/start";
        var region = Fixture.Server.Region;
        Reader.Write(
            ".aws/config",
            hasSession
                ? "[profile sso]\nsso_session = desk\nsso_account_id = 123456789012\nsso_role_name = some-role\n[sso-session "
                    + $"desk]\nsso_start_url = {Start}\nsso_region = {region}\nsso_registration_scopes = sso:account:access\n"
                : $"[profile sso]\nsso_start_url = {Start}\nsso_region = {region}\nsso_account_id = "
                    + "123456789012\nsso_role_name = some-role\n"
        );
        Reader.Write(
            $".aws/sso/cache/{Digest(hasSession ? "desk" : Start)}.json",
            $$"""
            {"startUrl":"{{Start}}","region":"{{region}}","accessToken":"{{Sources.Token}}",
             "expiresAt":"{{TimeProvider.System.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}
            """
        );
        await Reader.Set("AWS_PROFILE", "sso").ReadAsync();
        Assert.Equal(["GET /federation/credentials"], Sources.Asked);
    }

    [Fact]
    public async Task No_credentials_and_no_region_are_each_one_clear_error()
    {
        Assert.Contains(
            "no AWS credentials",
            await Reader.Set("SECRET_STARTUP_WAIT", "0s").FailAsync(),
            StringComparison.Ordinal
        );
        var errors = await Reader.Set("AWS_REGION", null).FailAsync();
        Assert.StartsWith("SettingInvalid", errors, StringComparison.Ordinal);
        Assert.Contains("AWS_REGION", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profiles_endpoint_is_held_to_the_rules_of_one_that_is_set()
    {
        Reader.Write(
            ".aws/config",
            $"[default]\nregion = {Fixture.Server.Region}\nendpoint_url = http://secrets.example\nuse_fips_endpoint = true\n"
        );
        var errors = await Reader.Set("AWS_ENDPOINT_URL_SECRETS_MANAGER", null).FailAsync();
        Assert.Contains("plain http to another machine", errors, StringComparison.Ordinal);
        Assert.Contains("AWS_USE_FIPS_ENDPOINT is true", errors, StringComparison.Ordinal);
        // Left out of account, it is none.
        Assert.DoesNotContain(
            "plain http",
            await Reader.Set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true").Set("AWS_REGION", "nowhere").FailAsync(),
            StringComparison.Ordinal
        );
    }

    private string Keys(string profile) =>
        $"[{profile}]\naws_access_key_id = {Fixture.Server.AccessKeyId}\naws_secret_access_key = "
        + $"{Fixture.Server.SecretAccessKey}\n";

#pragma warning disable CA5350 // It is the name of a file of the AWS CLI's.
    private static string Digest(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
}
