using Strongroom.Aws.Tests.Support;

namespace Strongroom.Aws.Tests.Transport;

public class ProxyTests
{
    [Theory]
    [InlineData(false, "secretsmanager.eu-central-1.amazonaws.com")]
    [InlineData(true, "secretsmanager-fips.eu-central-1.amazonaws.com")]
    public async Task The_regions_own_endpoint_is_reached_through_HTTPS_PROXY(bool fips, string host)
    {
        await using var fixture = await AwsFixture.StartAsync();
        await using var proxy = new TlsProxy(host, fixture.Server.Url);
        using var reader = await ReaderAsync(fixture);
        reader.Set("AWS_ENDPOINT_URL_SECRETS_MANAGER", null).Set("AWS_USE_FIPS_ENDPOINT", fips ? "true" : null);
        await reader
            .Set("HTTPS_PROXY", proxy.Url)
            .Set("SSL_CERT_FILE", reader.Write("authority.pem", proxy.CertificatePem))
            .ReadAsync();
        Assert.Equal([$"CONNECT {host}:443 HTTP/1.1"], proxy.Asked.Distinct());
    }

    [Fact]
    public async Task NO_PROXY_names_what_is_reached_without_one()
    {
        await using var fixture = await AwsFixture.StartAsync();
        await using var proxy = await Relay.StartAsync(fixture.Server.Url);
        using var reader = await ReaderAsync(fixture);
        await reader.Set("HTTP_PROXY", proxy.Url.ToString()).Set("NO_PROXY", "127.0.0.1,.example").ReadAsync();
        Assert.Empty(proxy.Requests);
        await reader.Set("http_proxy", proxy.Url.ToString()).Set("HTTP_PROXY", null).Set("NO_PROXY", ".example").ReadAsync();
        Assert.NotEmpty(proxy.Requests);
    }

    private static async Task<Reader> ReaderAsync(AwsFixture fixture) =>
        (await Reader.OfAsync(fixture))
            .Set("AWS_ACCESS_KEY_ID", fixture.Server.AccessKeyId)
            .Set("AWS_SECRET_ACCESS_KEY", fixture.Server.SecretAccessKey);
}
