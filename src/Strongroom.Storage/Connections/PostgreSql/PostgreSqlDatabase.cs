using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Strongroom.Storage.PostgreSql;

/// <summary>
/// A pool of connections, each of which reads the password when it logs in, so that a rotation requires no restart.
/// </summary>
internal sealed class PostgreSqlDatabase : Database
{
    /// <summary>
    /// True within everything that the report of a rejected password triggers, such as recording a trip here. That must not
    /// report again, or it would wait for itself.
    /// </summary>
    private static readonly AsyncLocal<bool> s_reporting = new();

    /// <summary>
    /// The login of the connection being opened in this execution context, so that the right version is reported.
    /// </summary>
    private readonly AsyncLocal<Attempt?> _attempt = new();

    private readonly NpgsqlDataSource _source;

    /// <summary>Whether to support arrays in a service's own tables. The command disables it to reduce its size.</summary>
    [FeatureSwitchDefinition("Strongroom.Storage.PostgreSqlArrays")]
    private static bool HasArrays => !AppContext.TryGetSwitch("Strongroom.Storage.PostgreSqlArrays", out var isOn) || isOn;

    internal PostgreSqlDatabase(DatabaseContext context)
        : base(context)
    {
        PasswordBinding.Check(context);
        var login = context.Login ?? throw new ArgumentException("PostgreSQL needs a login.", nameof(context));
        var builder = new NpgsqlSlimDataSourceBuilder(PostgreSqlSettings.From(context.Options).ConnectionString);
        builder.EnableTransportSecurity();
        if (HasArrays)
            builder.EnableArrays();
        builder.UsePasswordProvider(
            _ => throw new NotSupportedException("Open connections with OpenAsync."),
            async (_, ct) =>
            {
                var asked = await login(ct);
                if (_attempt.Value is { } attempt)
                    attempt.Login = asked;
                return asked.Password.Reveal();
            }
        );
        _source = builder.Build();
    }

    public override DatabaseDialect Dialect => DatabaseDialect.PostgreSql;

    public override string Location => PostgreSqlSettings.Describe(Context.Options);

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken ct)
    {
        for (var first = true; ; first = false)
        {
            var attempt = new Attempt();
            _attempt.Value = attempt;
            try
            {
                var connection = await _source.OpenConnectionAsync(ct);
                attempt.Login?.ReportAccepted();
                return connection;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                if (!await ReportRejectedAsync(attempt, ct) || !first)
                    throw Translate(e)!;
            }
            catch (Exception e) when (Translate(e) is { } translated)
            {
                throw translated;
            }
        }
    }

    public override SecretException? Translate(Exception exception)
    {
        if (exception is not NpgsqlException e)
            return null;
        var translated = PostgreSqlErrors.Translate(e, Location, Context.LoginName);
        // The other idle connections lead to the same unavailable server.
        if (translated is SecretUnavailableException)
            _source.Clear();
        return translated;
    }

    internal override bool IsMissingTable(DbException exception) => exception.SqlState == PostgresErrorCodes.UndefinedTable;

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }

    private static async ValueTask<bool> ReportRejectedAsync(Attempt attempt, CancellationToken ct)
    {
        if (s_reporting.Value || attempt.Login is null)
            return false;
        s_reporting.Value = true;
        return await attempt.Login.ReportRejectedAsync(ct);
    }

    private sealed class Attempt
    {
        internal DatabaseLogin? Login { get; set; }
    }
}
