using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Strongroom.Peers;
using Strongroom.Testing;
using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Hosting;

/// <summary>
/// A minimal-API service on Vault and PostgreSQL, compiled ahead of time: what must work without reflection and without a
/// compiler.
/// </summary>
public sealed class NativeServiceTests(NativeServiceTests.Postgres postgres) : IClassFixture<NativeServiceTests.Postgres>
{
    [Fact]
    public async Task Start_serves_the_secret_of_vault_and_stores_its_uses_in_postgresql()
    {
        var (service, rows) = await MakeAsync();
        await using var _ = service;
        await using var __ = rows;
        await service.StartUntilReadyAsync();
        using var ready = await service.AskAsync(HttpMethod.Get, "/health/ready");
        using var forecast = await service.AskAsync(HttpMethod.Get, "/forecast");
        var answer = (await forecast.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
        using var health = await service.AskAsync(HttpMethod.Get, "/health", isManagement: true);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (ready.StatusCode, health.StatusCode));
        Assert.Equal(("sunny", "1"), ((string?)answer["weather"], (string?)answer["key"]));
        Assert.Equal(0, await service.StopAsync());
        // The last rows are stored before the process ends.
        Assert.Equal(
            1L,
            await rows.AskAsync(
                "SELECT sum(access_count)::bigint FROM access_log_readable WHERE name = 'weather/key' AND operation = 'get'"
            )
        );
        Assert.Empty(new LeakDetector(service.Key).Scan(service.Said, "output").Finds);
    }

    [Fact]
    public async Task Trip_is_stored_in_postgresql_and_halts_the_next_process_until_it_is_cleared()
    {
        var (service, rows) = await MakeAsync();
        await using var _ = service;
        await using var __ = rows;
        await service.StartUntilReadyAsync();
        using (var halt = await service.AskAsync(HttpMethod.Post, "/halt", new JsonObject(), isManagement: true))
            Assert.Equal(HttpStatusCode.NoContent, halt.StatusCode);
        var trip = (Guid)(await rows.AskAsync("SELECT id FROM trips WHERE bundle = 'weather/key'"))!;
        Assert.Equal(0, await service.StopAsync());

        await service.StartUntilReadyAsync();
        using var halted = await service.AskAsync(HttpMethod.Get, "/forecast");
        using var cleared = await service.AskAsync(
            HttpMethod.Post,
            $"/breaker/{trip}/clear",
            new JsonObject { ["operator"] = "tester", ["reason"] = "looked at it" },
            isManagement: true
        );

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (halted.StatusCode, cleared.StatusCode));
        Assert.Equal(trip, await rows.AskAsync("SELECT trip_id FROM trip_clearances WHERE operator = 'tester'"));
        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task Start_with_a_sealed_vault_prints_one_message_and_exits_with_3()
    {
        var (service, rows) = await MakeAsync();
        await using var _ = service;
        await using var __ = rows;
        service.Vault.Server.Seal();
        service.Start();

        Assert.Equal(3, await service.EndAsync());
        Assert.Contains("weather/key", service.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Publish_is_one_native_program()
    {
        Assert.SkipWhen(NativeService.Published is null, "TEST_PROGRAMS is not set: the service was built, not published.");
        Assert.Empty(Directory.GetFiles(NativeService.Published!, "*.dll"));
    }

    private async Task<(NativeService Service, Rows Rows)> MakeAsync()
    {
        var rows = await postgres.MakeDatabaseAsync();
        return (await NativeService.MakeAsync(postgres.Server, rows.Name), rows);
    }

    /// <summary>A database of its own for each test.</summary>
    internal sealed record Rows(string Name, NpgsqlDataSource Source) : IAsyncDisposable
    {
        internal async Task<object?> AskAsync(string sql)
        {
            await using var command = Source.CreateCommand(sql);
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync() => Source.DisposeAsync();
    }

    public sealed class Postgres : IAsyncLifetime
    {
        private PostgresServer? _server;
        private string? _missing;

        internal PostgresServer Server
        {
            get
            {
                Assert.SkipWhen(_missing is not null, _missing ?? "");
                return _server!;
            }
        }

        public async ValueTask InitializeAsync()
        {
            try
            {
                _server = await PostgresServer.StartAsync();
            }
            catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
            {
                _missing = e.Message;
            }
        }

        internal async Task<Rows> MakeDatabaseAsync()
        {
            var name = $"test_{Guid.NewGuid():N}";
            await using (var any = Open("postgres"))
            await using (var create = any.CreateCommand($"CREATE DATABASE {name}"))
                await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return new Rows(name, Open(name));
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is { } server)
                await server.DisposeAsync();
        }

        private NpgsqlDataSource Open(string database) =>
            NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder
                {
                    Host = Server.Host,
                    Port = Server.Port,
                    Username = Server.User,
                    Password = Server.Password,
                    Database = database,
                    Pooling = false,
                }
            );
    }
}
