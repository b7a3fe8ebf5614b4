namespace Strongroom.AspNetCore.Tests.Listeners;

public class ServiceListenersTests
{
    [Theory]
    [InlineData("http://0.0.0.0:9002")]
    [InlineData("http://*:9002")]
    [InlineData("http://10.0.0.1:9002")]
    [InlineData("http://127.0.0.1.example:9002")]
    public void Parse_remote_management_address_is_refused_unless_allowed_on_purpose(string management)
    {
        var faults = new List<string>();

        Assert.Null(ServiceListeners.Parse("http://127.0.0.1:8002", management, false, faults));
        Assert.NotNull(ServiceListeners.Parse("http://127.0.0.1:8002", management, true, []));

        Assert.Contains("MANAGEMENT_URL", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9002")]
    [InlineData("http://localhost:9002")]
    [InlineData("http://[::1]:9002")]
    public void Parse_loopback_management_address_is_taken(string management) =>
        Assert.NotNull(ServiceListeners.Parse("http://0.0.0.0:8002", management, false, []));

    [Fact]
    public void Parse_tells_every_fault_at_once_and_quotes_nothing()
    {
        var faults = new List<string>();

        ServiceListeners.Parse("ftp://x:1;nonsense", "http://user:word@127.0.0.1:9002", false, faults);

        Assert.Equal(3, faults.Count);
        Assert.DoesNotContain(faults, fault =>
            fault.Contains("nonsense", StringComparison.Ordinal) || fault.Contains("word", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Parse_one_port_for_both_is_refused()
    {
        var faults = new List<string>();

        Assert.Null(ServiceListeners.Parse("http://127.0.0.1:8002", "http://127.0.0.1:8002", false, faults));

        Assert.Contains("8002", Assert.Single(faults), StringComparison.Ordinal);
    }
}
