using System.Text.Json;
using Amazon.Runtime.Endpoints;
using Strongroom.Aws.Tests.Support;
using Strongroom.Aws.Transport;
using Strongroom.Backends.Wire;
using Strongroom.Peers;

namespace Strongroom.Aws.Tests.Transport;

/// <summary>Where the service is (fact 44).</summary>
public class EndpointTests
{
    private const string Resolve = """
        import itertools, json, sys
        import botocore.session, botocore.config
        session, found = botocore.session.Session(), {}
        for region, fips, dual in itertools.product(json.load(sys.stdin), (False, True), (False, True)):
            config = botocore.config.Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual)
            keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
            client = session.create_client("secretsmanager", region, config=config, **keys)
            found[f"{region} {fips} {dual}"] = client.meta.endpoint_url
        print(json.dumps(found))
        """;

    private static readonly string[] s_regions =
    [
        "us-east-1",
        "eu-central-1",
        "ap-southeast-5",
        "cn-north-1",
        "cn-northwest-1",
        "us-gov-west-1",
        "us-gov-east-1",
    ];

    [Theory]
    [InlineData("eu-central-1", false, false, "https://secretsmanager.eu-central-1.amazonaws.com")]
    [InlineData("us-east-1", true, false, "https://secretsmanager-fips.us-east-1.amazonaws.com")]
    [InlineData("eu-central-1", false, true, "https://secretsmanager.eu-central-1.api.aws")]
    [InlineData("us-east-2", true, true, "https://secretsmanager-fips.us-east-2.api.aws")]
    [InlineData("cn-north-1", false, false, "https://secretsmanager.cn-north-1.amazonaws.com.cn")]
    [InlineData("cn-north-1", false, true, "https://secretsmanager.cn-north-1.api.amazonwebservices.com.cn")]
    [InlineData("us-gov-west-1", true, false, "https://secretsmanager-fips.us-gov-west-1.amazonaws.com")]
    [InlineData("us-gov-east-1", false, true, "https://secretsmanager.us-gov-east-1.api.aws")]
    public void A_region_s_endpoint_is_the_one_that_AWS_lists(string region, bool fips, bool dualStack, string expected) =>
        Assert.Equal(expected, Resolved(region, fips, dualStack));

    [Fact]
    public async Task Every_kind_of_endpoint_of_commercial_China_and_GovCloud_regions_is_the_one_that_botocore_resolves()
    {
        var python = Python.With("botocore");
        if (python is null && PeerMissingException.MayBeSkipped)
            Assert.Skip("botocore is not installed.");
        using var found = JsonDocument.Parse(await PythonScript.RunAsync(python!, Resolve, JsonSerializer.Serialize(s_regions)));

        Assert.Equal(s_regions.Length * 4, found.RootElement.EnumerateObject().Count());
        foreach (var one in found.RootElement.EnumerateObject())
        {
            var (region, fips, dualStack) = one.Name.Split(' ') is [var a, var b, var c]
                ? (a, bool.Parse(b), bool.Parse(c))
                : default;
            Assert.Equal((one.Name, one.Value.GetString()), (one.Name, Resolved(region, fips, dualStack)));
        }
    }

    [Fact]
    public void An_endpoint_that_is_set_wins_and_the_region_is_signed_for()
    {
        var config = SecretsManagerClient.Configure(
            new AwsOptions(),
            "eu-central-1",
            new Uri("https://vpce-1.example"),
            new SecretsManagerHttp(new HttpClient())
        );
        Assert.Equal(("https://vpce-1.example", "eu-central-1"), (config.ServiceURL.TrimEnd('/'), config.AuthenticationRegion));
        // Else a replica region would be looked for where the environment says that the first one is.
        Assert.True(
            SecretsManagerClient
                .Configure(new AwsOptions(), "eu-west-1", null, new SecretsManagerHttp(new HttpClient()))
                .IgnoreConfiguredEndpointUrls
        );
    }

    private static string Resolved(string region, bool fips, bool dualStack)
    {
        var config = SecretsManagerClient.Configure(
            new AwsOptions { UseFips = fips, UseDualStack = dualStack },
            region,
            null,
            new SecretsManagerHttp(new HttpClient())
        );
        return config
            .DetermineServiceOperationEndpoint(
                new ServiceOperationEndpointParameters(new AwsCall("ListSecrets", new ErasedBuffer()))
            )
            .URL;
    }
}
