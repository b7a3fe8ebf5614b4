using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore.Tests.Support;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore.Tests.Management;

public class ManagementTests
{
    public static TheoryData<string, string> ManagementRoutes =>
        new()
        {
            { "GET", "/health" },
            { "POST", "/secrets/refresh" },
            { "POST", "/drain" },
            { "GET", "/drain" },
            { "GET", "/breaker" },
            { "POST", "/breaker/6f9619ff-8b86-d011-b42d-00c04fc964ff/clear" },
        };

    [Theory]
    [MemberData(nameof(ManagementRoutes))]
    public async Task Management_route_on_the_service_port_is_not_there_whatever_the_host_header_says(string method, string path)
    {
        await using var service = await TestService.StartAsync(_ => { });
        using var plain = new HttpRequestMessage(new HttpMethod(method), new Uri(service.Service, path));
        using var spoofed = new HttpRequestMessage(new HttpMethod(method), new Uri(service.Service, path));
        spoofed.Headers.Host = service.Management.Authority;

        using var first = await service.SendAsync(plain);
        using var second = await service.SendAsync(spoofed);

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound], [first.StatusCode, second.StatusCode]);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/open")]
    public async Task Service_route_on_the_management_port_is_not_there_whatever_the_host_header_says(string path)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/open", () => "ok").AllowAnyone());
        using var spoofed = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Management, path));
        spoofed.Headers.Host = service.Service.Authority;

        using var plain = await service.GetAsync(service.Management, path);
        using var second = await service.SendAsync(spoofed);

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound], [plain.StatusCode, second.StatusCode]);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8080")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("192.0.2.1")]
    public async Task Management_with_a_foreign_host_is_refused(string host)
    {
        await using var service = await TestService.StartAsync(_ => { });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Management, "/health"));
        request.Headers.Host = host;

        using var answer = await service.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "http://127.0.0.1")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Management_from_a_browser_is_refused(string header, string value)
    {
        await using var service = await TestService.StartAsync(_ => { });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Management, "/drain"));
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await service.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(service.App.Services.GetRequiredService<ServiceDrain>().IsDraining);
    }

    [Fact]
    public async Task Health_details_give_names_versions_and_budget_and_no_value()
    {
        await using var service = await TestService.StartAsync(_ => { });
        await service.Breaker.TripAsync(
            TripCause.Rejected,
            "alpaca",
            "1",
            "The broker rejected it.",
            TestContext.Current.CancellationToken
        );

        using var answer = await service.GetAsync(service.Management, "/health");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        using var json = JsonDocument.Parse(text);
        var first = json.RootElement.GetProperty("secrets")[0];
        Assert.Equal("alpaca/api_key_id", first.GetProperty("name").GetString());
        Assert.Equal("1", first.GetProperty("version").GetString());
        Assert.Equal(3300, first.GetProperty("budgetLeftSeconds").GetDouble());
        Assert.Equal("test", json.RootElement.GetProperty("environment").GetString());
        Assert.False(json.RootElement.GetProperty("breakGlass").GetBoolean());
        Assert.Equal("rejected", json.RootElement.GetProperty("trips")[0].GetProperty("cause").GetString());
        Assert.All(service.Declared.Secrets, secret =>
            Assert.DoesNotContain(service.Secrets.Reveal(secret.Name.ToString()), text, StringComparison.OrdinalIgnoreCase)
        );
    }

    [Theory]
    [InlineData(CredentialPermission.All, "all")]
    [InlineData(CredentialPermission.Restricted, "restricted")]
    [InlineData(CredentialPermission.Halted, "halted")]
    public async Task Health_and_breaker_say_the_permission(CredentialPermission permission, string word)
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Breaker.Permission = permission;
        foreach (var path in (string[])["/health", "/breaker"])
        {
            using var answer = await service.GetAsync(service.Management, path);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(word, json.RootElement.GetProperty("permission").GetString());
        }
    }

    [Fact]
    public async Task Health_without_an_active_breaker_has_no_entry_for_it_and_its_route_is_not_there()
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Breaker.IsActive = false;

        using var health = await service.GetAsync(service.Management, "/health");
        using var breaker = await service.GetAsync(service.Management, "/breaker");

        using var json = JsonDocument.Parse(await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("ok", json.RootElement.GetProperty("status").GetString());
        Assert.False(json.RootElement.TryGetProperty("permission", out _));
        Assert.False(json.RootElement.TryGetProperty("trips", out _));
        Assert.Equal(HttpStatusCode.NotFound, breaker.StatusCode);
    }

    [Fact]
    public async Task Clear_with_operator_and_reason_clears_the_trip()
    {
        await using var service = await TestService.StartAsync(_ => { });
        var trip = await service.Breaker.TripAsync(
            TripCause.Manual,
            "alpaca",
            "1",
            "Stopped.",
            TestContext.Current.CancellationToken
        );

        using var answer = await PostClearAsync(service, trip.Id, new { @operator = "ada", reason = "checked with the broker" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([("ada", "checked with the broker")], service.Breaker.Cleared);
    }

    [Theory]
    [InlineData("", "why")]
    [InlineData("ada", " ")]
    [InlineData("ada", "two\nlines")]
    [InlineData(null, "why")]
    public async Task Clear_without_operator_or_reason_is_refused(string? by, string? why)
    {
        await using var service = await TestService.StartAsync(_ => { });
        var trip = await service.Breaker.TripAsync(
            TripCause.Manual,
            "alpaca",
            "1",
            "Stopped.",
            TestContext.Current.CancellationToken
        );

        using var answer = await PostClearAsync(service, trip.Id, new { @operator = by, reason = why });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(service.Breaker.Cleared);
    }

    [Fact]
    public async Task Clear_of_an_unknown_trip_is_404()
    {
        await using var service = await TestService.StartAsync(_ => { });

        using var answer = await PostClearAsync(service, Guid.NewGuid(), new { @operator = "ada", reason = "why" });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clear_while_trips_cannot_be_read_is_503_and_never_a_no(bool isTransient)
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Breaker.Failure = isTransient
            ? new SecretUnavailableException(SecretErrorCode.Unreachable, "The database is away.")
            : new SecretConfigurationException(SecretErrorCode.SchemaMismatch, "The schema is older.");

        using var answer = await PostClearAsync(service, Guid.NewGuid(), new { @operator = "ada", reason = "why" });

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "application/problem+json"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
        Assert.Contains(
            "The trips cannot be read",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Refresh_asked_for_many_times_in_a_second_asks_the_backend_once_and_answers_everybody()
    {
        var refresher = new CountingRefresher();
        await using var service = await StartAsync(refresher);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => PostRefreshAsync(service)));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.OK, await PostRefreshAsync(service));
        Assert.Equal(1, refresher.Begun);

        service.Time.Advance(TimeSpan.FromSeconds(1));
        // A step of the wall clock is no second.
        service.Time.Step(TimeSpan.FromHours(-1));
        Assert.Equal(HttpStatusCode.OK, await PostRefreshAsync(service));
        Assert.Equal(HttpStatusCode.OK, await PostRefreshAsync(service));
        Assert.Equal(2, refresher.Begun);
    }

    [Fact]
    public async Task Refresh_whose_first_caller_goes_away_goes_on_for_the_others()
    {
        var refresher = new CountingRefresher { Hold = new TaskCompletionSource() };
        await using var service = await StartAsync(refresher);
        using var impatient = new CancellationTokenSource();
        var first = service.Http.PostAsync(new Uri(service.Management, "/secrets/refresh"), null, impatient.Token);
        await refresher.HasBegun.Task;
        var second = PostRefreshAsync(service);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(refresher.WasCancelled);
        refresher.Hold.SetResult();

        Assert.Equal(HttpStatusCode.OK, await second);
        Assert.Equal(1, refresher.Begun);
    }

    [Fact]
    public async Task Clear_asked_for_many_times_at_once_makes_one_call_at_a_time()
    {
        await using var service = await TestService.StartAsync(_ => { });
        var (open, most) = (0, 0);
        service.Breaker.OnClear = async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await Task.Yield();
            Interlocked.Decrement(ref open);
        };
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async _ =>
                {
                    using var answer = await PostClearAsync(service, Guid.NewGuid(), new { @operator = "ada", reason = "why" });
                    Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                })
        );
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Clear_with_a_body_that_no_operator_writes_is_refused()
    {
        await using var service = await TestService.StartAsync(_ => { });
        using var answer = await PostClearAsync(
            service,
            Guid.NewGuid(),
            new { @operator = "ada", reason = new string('x', 20_000) }
        );
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static async Task<TestService> StartAsync(ISecretRefresher refresher)
    {
        var service = TestService.Build(_ => { }, services: services => services.AddSingleton(refresher));
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    private static async Task<HttpStatusCode> PostRefreshAsync(TestService service)
    {
        using var answer = await service.Http.PostAsync(
            new Uri(service.Management, "/secrets/refresh"),
            null,
            TestContext.Current.CancellationToken
        );
        return answer.StatusCode;
    }

    private sealed class CountingRefresher : ISecretRefresher
    {
        private int _begun;

        internal int Begun => _begun;

        internal bool WasCancelled { get; private set; }

        internal TaskCompletionSource? Hold { get; init; }

        internal TaskCompletionSource HasBegun { get; } = new();

        public async ValueTask RefreshAsync(CancellationToken ct = default)
        {
            Interlocked.Increment(ref _begun);
            ct.Register(() => WasCancelled = true);
            HasBegun.TrySetResult();
            if (Hold is not null)
                await Hold.Task;
        }
    }

    private static Task<HttpResponseMessage> PostClearAsync(TestService service, Guid id, object body) =>
        service.Http.PostAsJsonAsync(
            new Uri(service.Management, $"/breaker/{id}/clear"),
            body,
            TestContext.Current.CancellationToken
        );
}
