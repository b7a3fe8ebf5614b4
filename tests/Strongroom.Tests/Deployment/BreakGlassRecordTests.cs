using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Deployment;
using Strongroom.Hosting;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Deployment;

/// <summary>Whatever becomes of an opening, the audit has it.</summary>
public sealed class BreakGlassRecordTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly FakeTimeProvider _time = new();
    private readonly JournalFolder _folder;

    public BreakGlassRecordTests() => _folder = JournalFolder.Open(_temporary.File("journal"), mustPersist: false);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Opening_that_is_granted_is_a_success_with_who_opened()
    {
        var opened = new BreakGlass("jo", "INC-1", _time.GetUtcNow(), _time.GetUtcNow().AddHours(1));
        Assert.Same(opened, Open(() => opened));
        var row = Assert.Single(Rows());
        Assert.Equal((AccessOutcome.Success, "jo"), (row.Outcome, row.RequestId));
    }

    [Fact]
    public void Opening_that_is_refused_is_in_the_audit_too()
    {
        Assert.Throws<SecretRefusedException>(() =>
            Open(() => throw new SecretRefusedException(SecretErrorCode.Guardrail, "no"))
        );
        var row = Assert.Single(Rows());
        Assert.Equal((AccessOutcome.Refused, SecretErrorCode.Guardrail), (row.Outcome, row.Error));
    }

    [Fact]
    public void Opening_whose_end_nobody_knows_is_unknown()
    {
        Assert.Throws<InvalidOperationException>(() => Open(() => throw new InvalidOperationException()));
        Assert.Equal(AccessOutcome.Unknown, Assert.Single(Rows()).Outcome);
    }

    private BreakGlass Open(Func<BreakGlass> open) =>
        StartSettings.Recorded(_folder, new StrongroomOptions(), DeploymentEnvironment.Production, "svc", _time, open);

    private List<AccessRow> Rows()
    {
        var rows = new List<AccessRow>();
        foreach (var journal in _folder.TakeOver("svc", _time, new CollectingLoggerProvider()))
        {
            using (journal)
                rows.AddRange(journal.Unshipped(100).Where(row => row.Operation == AccessOperation.BreakGlass));
        }
        return rows;
    }
}
