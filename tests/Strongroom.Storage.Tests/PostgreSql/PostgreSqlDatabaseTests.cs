using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Strongroom.Peers;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.PostgreSql;

public sealed class PostgreSqlDatabaseTests(PostgresFixture postgres) : IAsyncLifetime
{
    private PostgresTestStore _store = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await postgres.CreateStoreAsync();

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    [Fact]
    public async Task OpenAsync_asks_for_the_password_once_for_each_new_connection_and_reports_it_accepted()
    {
        var logins = new CollectingLogins(_store.Server.Password);
        await using var database = Open(logins);

        await using (await database.OpenAsync(Ct)) { }
        await using (await database.OpenAsync(Ct))
        await using (await database.OpenAsync(Ct)) { }

        Assert.Equal(["accepted", "accepted"], logins.Ends);
    }

    [Fact]
    public async Task OpenAsync_with_a_wrong_password_is_rejected_in_our_words()
    {
        var wrong = RandomNumberGenerator.GetHexString(24);
        var logins = new CollectingLogins(wrong);
        await using var database = Open(logins);

        var rejected = await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await database.OpenAsync(Ct));

        Assert.Equal((SecretErrorCode.LoginRejected, "database/password"), (rejected.Code, rejected.Name.ToString()));
        Assert.Contains("28P01", rejected.Message, StringComparison.Ordinal);
        Assert.Null(rejected.InnerException);
        Assert.False(rejected.ToString().Contains(wrong, StringComparison.Ordinal), "The error tells the password.");
        Assert.DoesNotContain("password authentication failed", rejected.ToString(), StringComparison.Ordinal);
        Assert.Equal(["rejected"], logins.Ends);
    }

    [Fact]
    public async Task OpenAsync_after_a_rejection_tries_the_newer_password_once()
    {
        var logins = new CollectingLogins(RandomNumberGenerator.GetHexString(24), _store.Server.Password);
        await using var database = Open(logins);

        await using var connection = await database.OpenAsync(Ct);

        Assert.Equal(["rejected", "accepted"], logins.Ends);
    }

    [Fact]
    public async Task OpenAsync_with_two_wrong_passwords_stops_there()
    {
        var logins = new CollectingLogins(
            RandomNumberGenerator.GetHexString(24),
            RandomNumberGenerator.GetHexString(24),
            _store.Server.Password
        );
        await using var database = Open(logins);

        await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await database.OpenAsync(Ct));

        Assert.Equal(["rejected", "rejected"], logins.Ends);
    }

    [Fact]
    public async Task OpenAsync_from_within_a_report_does_not_report_again()
    {
        Database database = null!;
        var nested = 0;
        var logins = new CollectingLogins(RandomNumberGenerator.GetHexString(24))
        {
            WhenRejected = async () =>
            {
                // Recording a trip would come this way.
                nested++;
                await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await database.OpenAsync(Ct));
            },
        };
        await using (database = Open(logins))
            await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await database.OpenAsync(Ct));

        Assert.Equal((1, 1), (nested, logins.Ends.Count));
    }

    [Fact]
    public async Task OpenAsync_after_the_password_changed_logs_in_with_the_new_one()
    {
        var role = $"rotated_{Guid.NewGuid():N}";
        var (before, after) = (RandomNumberGenerator.GetHexString(24), RandomNumberGenerator.GetHexString(24));
        await PostgresFixture.ExecuteAsync(_store.Server, _store.Name, $"CREATE ROLE {role} LOGIN PASSWORD '{before}'");
        var logins = new CollectingLogins(before, after);
        await using var database = Open(logins, options => options.User = role);
        await using var old = await database.OpenAsync(Ct);
        await PostgresFixture.ExecuteAsync(_store.Server, _store.Name, $"ALTER ROLE {role} PASSWORD '{after}'");

        await using var renewed = await database.OpenAsync(Ct);

        Assert.Equal(["accepted", "accepted"], logins.Ends);
    }

    [Fact]
    public async Task OpenAsync_when_the_manager_has_no_password_gives_the_manager_s_own_error()
    {
        var missing = new SecretUnavailableException(SecretErrorCode.Sealed, "The vault is sealed.");
        await using var database = Database.Create(_store.Context with { Login = _ => throw missing });

        Assert.Same(missing, await Assert.ThrowsAsync<SecretUnavailableException>(async () => await database.OpenAsync(Ct)));
    }

    [Fact]
    public async Task OpenAsync_to_a_database_that_is_not_there_says_so()
    {
        await using var database = Open(new CollectingLogins(_store.Server.Password), options =>
            options.Name = "no_such_database"
        );

        var missing = await Assert.ThrowsAsync<SecretConfigurationException>(async () => await database.OpenAsync(Ct));

        Assert.Contains("DATABASE_NAME", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_where_nothing_listens_says_so()
    {
        await using var database = Open(new CollectingLogins(_store.Server.Password), options => options.Port = FreePorts.Take());

        var away = await Assert.ThrowsAsync<SecretUnavailableException>(async () => await database.OpenAsync(Ct));

        Assert.Equal(SecretErrorCode.Unreachable, away.Code);
        Assert.Contains("ConnectionRefused", away.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PostgresImpostor.AskClear)]
    [InlineData(PostgresImpostor.AskMd5)]
    [InlineData(PostgresImpostor.AskNothing)]
    public async Task OpenAsync_to_an_impostor_fails_and_tells_it_nothing_of_the_password(int ask)
    {
        var password = RandomNumberGenerator.GetHexString(24);
        await using var impostor = new PostgresImpostor(ask);
        await using var database = Open(new CollectingLogins(password), options => options.Port = impostor.Port);

        var refused = await Assert.ThrowsAsync<SecretUnavailableException>(async () => await database.OpenAsync(Ct));

        // No assertion here prints what it looks for: a failing test must not be a leak itself.
        var heard = Encoding.Latin1.GetString(await impostor.StopAsync());
        Assert.Contains(_store.Server.User, heard, StringComparison.Ordinal);
        Assert.False(heard.Contains(password, StringComparison.OrdinalIgnoreCase), "It was told the password.");
        Assert.DoesNotContain("md5", heard, StringComparison.OrdinalIgnoreCase);
        // A password message begins with 'p'; after the start-up message there is none.
        Assert.Equal(StartupLength(heard), heard.Length);
        Assert.Contains("SCRAM-SHA-256", refused.Message, StringComparison.Ordinal);
        Assert.False(refused.ToString().Contains(password, StringComparison.Ordinal), "The error tells the password.");
    }

    [Fact]
    public async Task OpenAsync_to_a_server_that_never_answers_ends()
    {
        await using var impostor = new PostgresImpostor(PostgresImpostor.AskClear);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await stop.CancelAsync();
        await using var database = Open(new CollectingLogins(_store.Server.Password), options => options.Port = impostor.Port);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await database.OpenAsync(stop.Token));
    }

    [Fact]
    public async Task UseAsync_leaves_the_statement_s_own_faults_to_the_caller()
    {
        var database = _store.Open();

        var own = await Assert.ThrowsAsync<PostgresException>(() =>
            database.UseAsync((connection, ct) => connection.ScalarAsync("SELECT 1 / 0", ct), Ct)
        );

        Assert.Equal(PostgresErrorCodes.DivisionByZero, own.SqlState);
        Assert.Null(database.Translate(new InvalidOperationException()));
    }

    [Theory]
    [InlineData("53300", SecretErrorCode.Throttled, true)]
    [InlineData("57P03", SecretErrorCode.Unreachable, true)]
    [InlineData("57014", SecretErrorCode.TimedOut, true)]
    [InlineData("25006", SecretErrorCode.Unreachable, true)]
    [InlineData("08006", SecretErrorCode.Unreachable, true)]
    [InlineData("42501", SecretErrorCode.Denied, false)]
    [InlineData("42P01", SecretErrorCode.SchemaMismatch, false)]
    [InlineData("28000", SecretErrorCode.LoginRejected, false)]
    public async Task UseAsync_tells_what_passes_from_what_does_not_and_quotes_nothing(
        string state,
        SecretErrorCode code,
        bool transient
    )
    {
        var raise = $"DO $$ BEGIN RAISE EXCEPTION 'the server''s words' USING ERRCODE = '{state}'; END $$";

        var translated = await Assert.ThrowsAnyAsync<SecretException>(() =>
            _store.Open().UseAsync((connection, ct) => connection.ExecuteAsync(raise, ct), Ct)
        );

        Assert.Equal((code, transient), (translated.Code, translated.IsTransient));
        Assert.DoesNotContain("words", translated.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_of_failed_tls_and_of_silence_says_what_to_do()
    {
        var database = _store.Open();

        Assert.Contains(
            "PGSSLROOTCERT",
            Translate(new System.Security.Authentication.AuthenticationException("remote words")),
            StringComparison.Ordinal
        );
        Assert.Contains("no answer in time", Translate(new TimeoutException()), StringComparison.Ordinal);
        Assert.Contains("broke", Translate(new IOException()), StringComparison.Ordinal);

        string Translate(Exception cause) => database.Translate(new NpgsqlException("outer words", cause))!.ToString();
    }

    private Database Open(CollectingLogins logins, Action<DatabaseOptions>? change = null)
    {
        var context = _store.Context;
        change?.Invoke(context.Options);
        return Database.Create(context with { Login = logins.AskAsync });
    }

    private static int StartupLength(string heard) => (heard[0] << 24) | (heard[1] << 16) | (heard[2] << 8) | heard[3];
}
