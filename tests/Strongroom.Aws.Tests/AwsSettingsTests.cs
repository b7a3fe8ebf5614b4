using Amazon.Runtime;
using Microsoft.Extensions.Configuration;

namespace Strongroom.Aws.Tests;

public class AwsSettingsTests
{
    [Fact]
    public void Load_reads_what_it_names()
    {
        var options = AwsSettings.Load(
            Settings(
                ("AWS_REGION", "eu-central-1"),
                ("AWS_USE_FIPS_ENDPOINT", "true"),
                ("AWS_USE_DUALSTACK_ENDPOINT", "False"),
                ("AWS_MAX_ATTEMPTS", "2"),
                ("AWS_RETRY_MODE", "adaptive"),
                ("STRONGROOM_AWS_REPLICA_REGION", "eu-west-1"),
                ("STRONGROOM_AWS_REPLICA_ENDPOINT", "https://other.example"),
                ("STRONGROOM_AWS_KMS_KEY_ID", "alias/own"),
                ("STRONGROOM_AWS_RECOVERY_DAYS", "7")
            )
        );

        Assert.Equal(
            ("eu-central-1", null, true, false),
            (options.Region, options.Endpoint, options.UseFips, options.UseDualStack)
        );
        Assert.Equal(
            (2, AwsRetryMode.Adaptive, "eu-west-1", new Uri("https://other.example")),
            (options.MaxAttempts, options.RetryMode, options.ReplicaRegion, options.ReplicaEndpoint)
        );
        Assert.Equal(("alias/own", 7), (options.KmsKeyId, options.RecoveryDays));
        Assert.Null(options.Credentials);
    }

    [Fact]
    public void Load_takes_the_default_region_and_the_endpoint_of_all_services_second()
    {
        Assert.Equal("us-west-2", AwsSettings.Load(Settings(("AWS_DEFAULT_REGION", "us-west-2"))).Region);
        Assert.Equal(
            "eu-west-1",
            AwsSettings.Load(Settings(("AWS_DEFAULT_REGION", "us-west-2"), ("AWS_REGION", "eu-west-1"))).Region
        );
        Assert.Equal(
            new Uri("https://vpce.example"),
            AwsSettings
                .Load(
                    Settings(
                        ("AWS_REGION", "eu-west-1"),
                        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "https://vpce.example"),
                        ("AWS_ENDPOINT_URL", "https://other.example")
                    )
                )
                .Endpoint
        );
        var general = ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
        Assert.Equal(new Uri("http://127.0.0.1:4566"), AwsSettings.Load(Settings(("AWS_REGION", "eu-west-1"), general)).Endpoint);
        Assert.Equal(
            new Uri("http://127.0.0.1:4566"),
            AwsSettings.Load(Settings(("AWS_REGION", "eu-west-1"), general)).IdentityEndpoint
        );
        Assert.Equal(
            new Uri("https://sts.example"),
            AwsSettings
                .Load(Settings(("AWS_REGION", "eu-west-1"), general, ("AWS_ENDPOINT_URL_STS", "https://sts.example")))
                .IdentityEndpoint
        );
        Assert.Null(
            AwsSettings
                .Load(Settings(("AWS_REGION", "eu-west-1"), general, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")))
                .Endpoint
        );
    }

    [Fact]
    public async Task Load_takes_keys_where_both_are_set()
    {
        var options = AwsSettings.Load(
            Settings(
                ("AWS_REGION", "eu-west-1"),
                ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
                ("AWS_SECRET_ACCESS_KEY", "some-key"),
                ("AWS_SESSION_TOKEN", "some-token")
            )
        );
        var keys = await Assert.IsType<SessionAWSCredentials>(options.Credentials).GetCredentialsAsync();
        Assert.Equal(("AKIAEXAMPLE", "some-token"), (keys.AccessKey, keys.Token));
    }

    [Fact]
    public void Load_lists_every_fault_at_once_names_the_setting_and_quotes_nothing()
    {
        var error = Assert.Throws<SecretConfigurationException>(() =>
            AwsSettings.Load(
                Settings(
                    ("AWS_REGION", "Frankfurt!"),
                    ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://quoted.example"),
                    ("AWS_USE_FIPS_ENDPOINT", "quoted"),
                    ("AWS_MAX_ATTEMPTS", "quoted"),
                    ("AWS_RETRY_MODE", "quoted"),
                    ("AWS_ACCESS_KEY_ID", "quoted"),
                    ("STRONGROOM_AWS_REPLICA_REGION", "quoted"),
                    ("STRONGROOM_AWS_REPLICA_ENDPOINT", "https://quoted.example/path"),
                    ("STRONGROOM_AWS_KMS_KEY_ID", "quoted key"),
                    ("STRONGROOM_AWS_RECOVERY_DAYS", "3")
                )
            )
        );

        foreach (
            var name in (string[])
                [
                    "AWS_REGION",
                    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                    "AWS_USE_FIPS_ENDPOINT",
                    "AWS_MAX_ATTEMPTS",
                    "AWS_RETRY_MODE",
                    "AWS_ACCESS_KEY_ID",
                    "STRONGROOM_AWS_REPLICA_REGION",
                    "STRONGROOM_AWS_REPLICA_ENDPOINT",
                    "STRONGROOM_AWS_KMS_KEY_ID",
                    "STRONGROOM_AWS_RECOVERY_DAYS",
                ]
        )
            Assert.Contains(error.Faults, fault => fault.StartsWith(name, StringComparison.Ordinal));
        Assert.Equal(10, error.Faults.Count);
        Assert.DoesNotContain("quoted", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_USE_FIPS_ENDPOINT", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "https://vpce.example")]
    [InlineData("AWS_USE_DUALSTACK_ENDPOINT", "AWS_ENDPOINT_URL", "https://vpce.example")]
    public void Load_refuses_a_kind_of_endpoint_beside_one_that_is_named(string kind, string other, string value)
    {
        var error = Assert.Throws<SecretConfigurationException>(() =>
            AwsSettings.Load(Settings(("AWS_REGION", "eu-west-1"), (kind, "true"), (other, value)))
        );
        Assert.StartsWith(kind, Assert.Single(error.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("https://169.254.169.254")]
    [InlineData("http://secretsmanager.eu-central-1.amazonaws.com")]
    [InlineData("https://user:password@host.example")]
    [InlineData("ftp://host.example")]
    public void Load_refuses_an_endpoint_that_values_must_not_pass(string endpoint) =>
        Assert.Throws<SecretConfigurationException>(() =>
            AwsSettings.Load(Settings(("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint)))
        );

    private static IConfiguration Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create<string, string?>(one.Name, one.Value)))
            .Build();
}
