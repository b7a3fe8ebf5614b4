using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Writes the audit to the log if no store is registered. Retention is up to the log. While its level hides the rows, they
/// remain in the journal.
/// </summary>
internal sealed class LogAuditStore(ILogger logger) : IAuditStore
{
    public ValueTask PrepareAsync(CancellationToken ct) =>
        logger.IsEnabled(LogLevel.Information)
            ? default
            : throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                "No audit store is registered, and the level of the log, which takes the rows instead, hides them. Log the "
                    + "category Strongroom at level Information, or register a store (AddDatabase)."
            );

    public ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct) => default;

    public async ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        await PrepareAsync(ct).ConfigureAwait(false);
        foreach (var row in rows)
        {
            var fields = new Fields();
            AuditColumns.Visit(row, ref fields);
            Log.AuditRow(logger, fields.Values);
        }
    }

    public async IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    private readonly struct Fields() : IAuditColumnVisitor
    {
        public List<KeyValuePair<string, object?>> Values { get; } = [];

        public string Text(string column, string value) => Add(column, value);

        public string InstanceText(string column, string value) => Add(column, value);

        public Guid Id(string column, Guid value) => Add(column, value);

        public int Int32(string column, int value) => Add(column, value);

        public long Int64(string column, long value, string? json) => Add(column, value);

        public DateTimeOffset Time(string column, DateTimeOffset value) => Add(column, value);

        public TimeSpan? Duration(string column, TimeSpan? value, string json) => Add(column, value);

        public T Number<T>(string column, T value)
            where T : struct, Enum => Add(column, value);

        public SecretErrorCode? Error(string column, SecretErrorCode? value) => Add(column, value);

        private T Add<T>(string column, T value)
        {
            Values.Add(new(column, value));
            return value;
        }
    }
}
