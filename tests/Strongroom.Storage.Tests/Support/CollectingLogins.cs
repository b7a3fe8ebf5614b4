namespace Strongroom.Storage.Tests.Support;

/// <summary>Gives passwords in turn, the last one for ever, and keeps how each login ended.</summary>
internal sealed class CollectingLogins(params string[] passwords)
{
    private int _asked;

    internal List<string> Ends { get; } = [];

    internal Func<Task>? WhenRejected { get; init; }

    internal ValueTask<DatabaseLogin> AskAsync(CancellationToken ct)
    {
        var turn = Math.Min(_asked++, passwords.Length - 1);
        return new(new Login(this, SecretValue.FromText(passwords[turn]), more: turn < passwords.Length - 1));
    }

    private sealed class Login(CollectingLogins owner, SecretValue password, bool more) : DatabaseLogin
    {
        public override SecretValue Password => password;

        public override void ReportAccepted() => owner.Ends.Add("accepted");

        public override async ValueTask<bool> ReportRejectedAsync(CancellationToken ct)
        {
            owner.Ends.Add("rejected");
            if (owner.WhenRejected is { } then)
                await then();
            return more;
        }
    }
}
