using Amazon.Runtime.Endpoints;
using Strongroom.Aws.Transport;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Tests.Transport;

public class EndpointTests
{
    [Theory]
    [InlineData("eu-central-1", false, false, "https://secretsmanager.eu-central-1.amazonaws.com")]
    [InlineData("us-east-1", true, false, "https://secretsmanager-fips.us-east-1.amazonaws.com")]
    [InlineData("eu-central-1", false, true, "https://secretsmanager.eu-central-1.api.aws")]
    [InlineData("us-east-2", true, true, "https://secretsmanager-fips.us-east-2.api.aws")]
    [InlineData("cn-north-1", false, false, "https://secretsmanager.cn-north-1.amazonaws.com.cn")]
    [InlineData("us-gov-west-1", true, false, "https://secretsmanager-fips.us-gov-west-1.amazonaws.com")]
    public void A_region_s_endpoint_is_the_one_that_AWS_lists(string region, bool fips, bool dualStack, string expected)
    {
        var config = SecretsManagerConfig.For(new AwsOptions { UseFips = fips, UseDualStack = dualStack }, region, null, new SecretsManagerHttp(new HttpClient()));
        Assert.Equal(expected, config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(new AwsCall("ListSecrets", new ErasedBuffer()))).URL);
    }

    [Fact]
    public void An_endpoint_that_is_set_wins_and_the_region_is_signed_for()
    {
        var config = SecretsManagerConfig.For(new AwsOptions(), "eu-central-1", new Uri("https://vpce-1.example"), new SecretsManagerHttp(new HttpClient()));
        Assert.Equal(("https://vpce-1.example", "eu-central-1"), (config.ServiceURL.TrimEnd('/'), config.AuthenticationRegion));
    }
}
