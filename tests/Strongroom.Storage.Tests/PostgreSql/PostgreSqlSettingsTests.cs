using Npgsql;
using Strongroom.Storage.PostgreSql;

namespace Strongroom.Storage.Tests.PostgreSql;

public class PostgreSqlSettingsTests
{
    [Theory]
    [InlineData("db.internal", SslMode.VerifyFull)]
    [InlineData("10.0.0.5", SslMode.VerifyFull)]
    [InlineData("127.0.0.1.evil", SslMode.VerifyFull)]
    [InlineData("169.254.169.254", SslMode.VerifyFull)]
    [InlineData("localhost", SslMode.Disable)]
    [InlineData("127.8.8.8", SslMode.Disable)]
    [InlineData("::1", SslMode.Disable)]
    public void From_verifies_tls_off_loopback_and_demands_scram_everywhere(string host, SslMode mode)
    {
        var settings = PostgreSqlSettings.From(
            new DatabaseOptions
            {
                Host = host,
                Name = "n",
                User = "u",
            }
        );

        Assert.Equal((mode, "ScramSHA256"), (settings.SslMode, settings.RequireAuth));
        Assert.Null(settings.Password);
        Assert.False(settings.PersistSecurityInfo);
        Assert.False(settings.IncludeErrorDetail);
    }
}
