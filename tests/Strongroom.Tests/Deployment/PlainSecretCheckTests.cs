using System.Text;
using Microsoft.Extensions.Configuration;
using Strongroom.Hosting;
using Strongroom.Tests.Env;

namespace Strongroom.Tests.Deployment;

public class PlainSecretCheckTests
{
    private static readonly SecretDeclaration s_declaration = SecretDeclaration.Parse(
        """{ "service": "s", "secrets": [ { "name": "alpaca/api_key_id" }, { "name": "broker/webhook" } ] }"""
    );

    private readonly string _value = TemporaryFolder.NewValue();

    [Theory]
    [InlineData("REDIS_URL", "redis://:{0}@redis.internal:6379")]
    [InlineData("REDIS_URL", "rediss://user:{0}/with/slashes@redis.internal")]
    [InlineData("DATABASE_URL", "postgresql://svc:{0}@db:5432/trading")]
    [InlineData("VAULT_ADDR", "https://user:{0}@vault:8200")]
    [InlineData("ConnectionStrings:Trading", "Host=db;Username=svc;Password={0}")]
    [InlineData("ConnectionStrings:Redis", "redis:6379,password={0}")]
    [InlineData("ConnectionStrings:Blob", "AccountName=a;Account Key={0}")]
    [InlineData("ConnectionStrings:Bus", "Endpoint=sb://a/;Shared Access Key = {0}")]
    [InlineData("GIT_REMOTE", "https://{0}:x-oauth-basic@github.com/acme/desk.git")]
    [InlineData("GIT_REMOTE", "https://x-token-auth:{0}@bitbucket.org/acme/desk.git")]
    [InlineData("Callback", "https://hooks/x?a=1&access_token={0}")]
    [InlineData("Smtp:Password", "{0}")]
    [InlineData("Passwords:0", "{0}")]
    [InlineData("PGPASSWORD", "{0}")]
    [InlineData("SMTP_PASS", "{0}")]
    [InlineData("DB_PW", "{0}")]
    [InlineData("AWS_SES_SMTP_PASSWORD", "{0}")]
    [InlineData("VAULT_OF_OTHERS_PASSWORD", "{0}")]
    [InlineData("ALERTS", "https://hooks.slack.com/services/T0/B0/{0}")]
    [InlineData("LAB", "glpat-{0}")]
    [InlineData("SIGNER", "-----BEGIN PRIVATE" + " KEY-----\n{0}")]
    [InlineData("DB_PWD", "{0}")]
    [InlineData("SECRET_KEY", "{0}")]
    [InlineData("Jwt:SigningKey", "{0}")]
    [InlineData("webhook_secret", "{0}")]
    [InlineData("GITHUB_TOKEN", "{0}")]
    [InlineData("OTHER_API_KEY", "{0}")]
    [InlineData("SomeApiKey:Value", "{0}")]
    [InlineData("ALPACA_API_KEY_ID", "{0}")]
    [InlineData("BROKER_WEBHOOK", "{0}")]
    [InlineData("ASPNETCORE_Kestrel:Certificates:Default:Password", "{0}")]
    public void Find_of_a_secret_names_the_key_and_not_the_value(string key, string format)
    {
        var error = Find((key, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, _value)));

        Assert.Equal(SecretErrorCode.PlainSecret, error!.Code);
        Assert.StartsWith(key, Assert.Single(error.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain(_value, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VAULT_SECRET_ID_FILE", "/run/secrets/id")]
    [InlineData("VAULT_TOKEN", "{0}")]
    [InlineData("VAULT_SECRET_ID", "{0}")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "{0}")]
    [InlineData("AWS_SESSION_TOKEN", "{0}")]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token")]
    [InlineData("SECRET_CACHE_TTL", "1h")]
    [InlineData("SECRET_BACKEND", "vault")]
    [InlineData("SECRET_NAMESPACE", "prod/")]
    [InlineData("ASPNETCORE_URLS", "http://+:8080;https://+:8443")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Production")]
    [InlineData("DOTNET_USER_SECRETS_FALLBACK_DIR", "/tmp")]
    [InlineData("Logging:LogLevel:Strongroom.SecretManager", "Information")]
    [InlineData("PWD", "/srv/app")]
    [InlineData("OLDPWD", "/srv")]
    [InlineData("REDIS_URL", "redis://redis.internal:6379")]
    [InlineData("REDIS_URL", "redis://user@redis.internal:6379")]
    [InlineData("ALPACA_BASE_URL", "https://api.alpaca.markets:443/v2@x")]
    [InlineData("Jwt:TokenLifetime", "00:05:00")]
    [InlineData("Llm:MaxTokens", "4096")]
    [InlineData("PASSWORD_MIN_LENGTH", "12")]
    [InlineData("Features:RequirePassword", "true")]
    [InlineData("TOKEN_ENDPOINT", "https://login/token")]
    [InlineData("SECRET_SERVICE_PORT_443_TCP_ADDR", "10.0.0.1")]
    [InlineData("CREDENTIALS_DIRECTORY", "/run/credentials/x")]
    [InlineData("SORT_KEY", "name")]
    [InlineData("BYPASS", "on")]
    [InlineData("PASS_THROUGH", "on")]
    [InlineData("AWS_CONTAINER_AUTHORIZATION_TOKEN", "{0}")]
    [InlineData("STRIPE_PUBLISHABLE", "pk_live_{0}")]
    [InlineData("PUBLIC_KEY", "{0}")]
    [InlineData("DB_PASSWORD", "")]
    [InlineData("DB_PASSWORD", "${{DB_PASSWORD}}")]
    [InlineData("DATABASE_USER", "svc")]
    [InlineData("KEYBOARD", "us")]
    [InlineData("TOKENIZER", "bpe")]
    public void Find_of_what_only_sounds_like_a_secret_finds_nothing(string key, string format) =>
        Assert.Null(Find((key, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, _value))));

    [Fact]
    public void Find_lists_every_key_at_once() =>
        Assert.Equal(
            ["A_PASSWORD", "B_TOKEN", "REDIS_URL"],
            Find(("B_TOKEN", _value), ("REDIS_URL", $"redis://:{_value}@r"), ("A_PASSWORD", _value), ("FINE", "x"))!
                .Faults.Select(fault => fault.Split(' ')[0])
        );

    [Fact]
    public void Find_in_appsettings_finds_a_password()
    {
        var json = $$"""{ "Database": { "Host": "db", "Password": "{{_value}}" } }""";
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

        var error = StartSettings.FindPlainSecrets(configuration, s_declaration, DeploymentEnvironment.Staging, "vault", "");

        Assert.StartsWith("Database:Password", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_in_local_allows_everything() =>
        Assert.Null(
            StartSettings.FindPlainSecrets(
                Configuration(("DB_PASSWORD", _value)),
                s_declaration,
                DeploymentEnvironment.Local,
                "env",
                ""
            )
        );

    [Fact]
    public void Find_with_the_env_backend_excuses_declared_variables_only()
    {
        var configuration = Configuration(
            ("TEST_ALPACA_API_KEY_ID", _value),
            ("ALPACA_API_KEY_ID", _value),
            ("TEST_BROKER_WEBHOOK", $"https://u:{_value}@h")
        );

        var error = StartSettings.FindPlainSecrets(configuration, s_declaration, DeploymentEnvironment.Test, "env", "test/");

        Assert.StartsWith("ALPACA_API_KEY_ID", Assert.Single(error!.Faults), StringComparison.Ordinal);
    }

    private static SecretConfigurationException? Find(params (string Key, string Value)[] settings) =>
        StartSettings.FindPlainSecrets(Configuration(settings), s_declaration, DeploymentEnvironment.Production, "vault", "");

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => (string?)one.Value))
            .Build();
}
