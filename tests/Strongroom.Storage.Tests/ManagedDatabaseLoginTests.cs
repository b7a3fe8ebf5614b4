using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests;

public class ManagedDatabaseLoginTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AskAsync_takes_the_password_and_reports_the_version_that_was_accepted()
    {
        using var manager = new CollectingManager();

        var login = await ManagedDatabaseLogin.GetAsync(manager, manager, ManagedDatabaseLogin.PasswordName, Ct);
        login.ReportAccepted();

        Assert.Same(manager.Used[0].Value, login.Password);
        Assert.Same(manager.Used, manager.Accepted);
    }

    [Theory]
    [InlineData(RejectionOutcome.Superseded, true)]
    [InlineData(RejectionOutcome.Adopted, true)]
    [InlineData(RejectionOutcome.Suspect, false)]
    [InlineData(RejectionOutcome.Tripped, false)]
    public async Task RejectedAsync_is_worth_another_try_where_a_newer_version_is_held(RejectionOutcome outcome, bool again)
    {
        using var manager = new CollectingManager { Outcome = outcome };
        var login = await ManagedDatabaseLogin.GetAsync(manager, manager, ManagedDatabaseLogin.PasswordName, Ct);

        Assert.Equal(again, await login.ReportRejectedAsync(Ct));
        Assert.Same(manager.Used, manager.Rejected);
    }

    [Fact]
    public async Task RejectedAsync_when_the_report_fails_is_not_worth_another_try()
    {
        using var manager = new CollectingManager
        {
            Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away"),
        };
        var login = await ManagedDatabaseLogin.GetAsync(manager, manager, ManagedDatabaseLogin.PasswordName, Ct);

        Assert.False(await login.ReportRejectedAsync(Ct));
    }
}
