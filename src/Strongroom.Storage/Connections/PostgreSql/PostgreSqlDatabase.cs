using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Strongroom.Storage.PostgreSql;

/// <summary>
/// A pool of connections, each of which asks for the password when it logs in, so a rotated one needs no restart.
/// </summary>
internal sealed class PostgreSqlDatabase : Database
{
    /// <summary>True in whatever a report of a rejected password sets off, such as recording a trip here: that must not report
    /// again, or it would wait for itself.</summary>
    private static readonly AsyncLocal<bool> s_reporting = new();

    /// <summary>
    /// The login of the connection that is being opened in this flow, so that the right version is accepted or rejected.
    /// </summary>
    private readonly AsyncLocal<Attempt?> _attempt = new();

    private readonly NpgsqlDataSource _source;

    /// <summary>For a service's own tables. The command has none, and leaves the conversions out of its file.</summary>
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
                attempt.Login?.Accepted();
                return connection;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                if (!await ReportRejectedAsync(attempt, ct) || !first)
                    throw Explain(e)!;
            }
            catch (Exception e) when (Explain(e) is { } explained)
            {
                throw explained;
            }
        }
    }

    public override SecretException? Explain(Exception exception)
    {
        if (exception is not NpgsqlException e)
            return null;
        var explained = PostgreSqlErrors.Explain(e, Location, Context.LoginName);
        // The other idle connections lead to the same server that just went away.
        if (explained is SecretUnavailableException)
            _source.Clear();
        return explained;
    }

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
        return await attempt.Login.RejectedAsync(ct);
    }

    private sealed class Attempt
    {
        internal DatabaseLogin? Login { get; set; }
    }
}
