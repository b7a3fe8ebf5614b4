using System.Net;

namespace Strongroom.Testing.Tests.Vault;

public sealed class VaultFaultsTests : VaultTest
{
    [Fact]
    public async Task Sealed_ForTheNextTwoRequests_ThenAnswersAgain()
    {
        await WriteAsync("a", Random());
        using var fault = Vault.Faults.AddForNext(VaultFaults.Sealed(), times: 2);
        (await Root.GetAsync("secret/data/a")).IsRefusal(503, "Vault is sealed");
        (await Root.GetAsync("secret/data/a")).Is(503);
        (await Root.GetAsync("secret/data/a")).Is(200);
        Assert.Equal(2, fault.Hits);
    }

    // PROTOCOLS 9: the header is there only where it was switched on.
    [Fact]
    public async Task Throttled_WithAndWithoutRetryAfter_SaysSo()
    {
        Vault.Faults.AddForNext(VaultFaults.Throttled());
        Vault.Faults.AddForNext(VaultFaults.Throttled(TimeSpan.FromSeconds(7)));
        var (silent, told) = (await Root.GetAsync("secret/config"), await Root.GetAsync("secret/config"));
        silent.IsRefusal(429, "rate limit quota exceeded");
        Assert.DoesNotContain("Retry-After", silent.Headers.Keys);
        Assert.Equal((429, "7"), ((int)told.Status, told.Headers["Retry-After"]));
    }

    // PROTOCOLS 7
    [Fact]
    public async Task NotYetThere_InternalError_Denied_HaveTheirStatuses()
    {
        Vault.Faults.AddForNext(VaultFaults.NotYetThere());
        Vault.Faults.AddForNext(VaultFaults.InternalError());
        Vault.Faults.AddForNext(VaultFaults.Denied());
        (await Root.GetAsync("secret/config")).IsRefusal(412, "required index state not present");
        (await Root.GetAsync("secret/config")).Is(500);
        (await Root.GetAsync("secret/config")).IsRefusal(403, "permission denied");
    }

    // PROTOCOLS 43: a stuck audit device.
    [Fact]
    public async Task Hang_AllButHealth_LeavesHealthFineAndTheRestSilent()
    {
        using var fault = Vault.Faults.Add(Fault.Hang(), VaultFaults.AllButHealth);
        var hanging = Root.GetAsync("secret/config");
        (await Root.GetAsync("sys/health")).Is(200);
        Assert.False(hanging.IsCompleted);
        fault.Clear();
        (await hanging).Is(200);
    }

    // PROTOCOLS 2
    [Fact]
    public async Task Redirect_ToAForeignHost_NamesItWithPathAndQuery()
    {
        Vault.Faults.AddForNext(Fault.Redirect(new Uri("https://vault.example.com")));
        var answer = await Root.GetAsync("secret/data/a%20b?version=1");
        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.Status);
        Assert.Equal("https://vault.example.com/v1/secret/data/a%20b?version=1", answer.Headers["Location"]);
    }

    [Fact]
    public async Task HalfBody_OfASecret_BreaksOff()
    {
        await WriteAsync("a", Random());
        Vault.Faults.AddForNext(Fault.HalfBody());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Root.GetAsync("secret/data/a"));
    }

    [Fact]
    public void Trigger_WithAnExceptionThatIsNoPath_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Vault.Faults.Add(Fault.Hang(), new FaultTrigger { ExceptPathPrefix = "v1" }));
}
