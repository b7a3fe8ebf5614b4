using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Journaling;

namespace Strongroom.Tests.Journaling;

public class LogAuditStoreTests
{
    [Fact]
    public async Task AppendAsync_logs_every_column_of_each_row()
    {
        using var log = new CollectingLoggerProvider();
        var row = Row();

        await new LogAuditStore(log).AppendAsync([row, row with { Sequence = 8 }], CancellationToken.None);

        Assert.Equal(2, log.Count(1310));
        var (_, level, text) = log.Entries.First();
        Assert.Equal(LogLevel.Information, level);
        Assert.Equal(
            "Audit: first_at 1970-01-01T00:00:00.0000000+00:00, last_at 1970-01-01T01:00:00.0000000+00:00, service svc, "
                + $"instance svc-1, actor vault:jo, boot {row.Boot}, "
                + "sequence 7, operation Fetch, name a/b, outcome Denied, source Backend, version 4, backend vault, "
                + "request_id r-5, duration 00:00:00.0060000, "
                + "error LoginRejected, access_count 31",
            text
        );
    }

    [Fact]
    public async Task Store_whose_log_hides_the_rows_takes_none()
    {
        using var log = new CollectingLoggerProvider();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(log));
        var store = new LogAuditStore(loggers.CreateLogger("Strongroom"));
        var refused = await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await store.PrepareAsync(CancellationToken.None)
        );
        Assert.Contains("level Information", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await store.AppendAsync([Row()], CancellationToken.None)
        );
        Assert.Empty(log.Entries);
    }

    private static AccessRow Row() =>
        new()
        {
            Instance = "svc-1",
            Boot = Guid.NewGuid(),
            Sequence = 7,
            Service = "svc",
            Actor = "vault:jo",
            FirstAt = DateTimeOffset.UnixEpoch,
            LastAt = DateTimeOffset.UnixEpoch.AddHours(1),
            AccessCount = 31,
            Operation = AccessOperation.Fetch,
            Outcome = AccessOutcome.Denied,
            Source = AccessSource.Backend,
            Name = "a/b",
            Version = "4",
            Backend = "vault",
            RequestId = "r-5",
            Duration = TimeSpan.FromMilliseconds(6),
            Error = SecretErrorCode.LoginRejected,
        };
}
