using PaperRun.Tests.Support;
using Strongroom.Testing;

namespace PaperRun.Tests.Day;

/// <summary>
/// The whole day at the finest log level, then a search for every secret in every form. That the search looks in each place is
/// shown by a canary planted there; that it knows the secrets, by finding them in the services' own <c>.env</c> files, the one
/// place for them.
/// </summary>
[Collection(nameof(WholeDayCollection))]
public sealed class SilenceTests(WholeDay day)
{
    [Theory]
    [InlineData("execution_gateway.log")]
    [InlineData("market_data.log")]
    [InlineData("orchestrator.log")]
    [InlineData("risk_manager.log")]
    [InlineData("signal_service.log")]
    [InlineData("platform.db")]
    [InlineData("journals/planted")]
    public void Search_of_the_run_folder_finds_the_canary_in(string file) =>
        Assert.Contains(day.WhileRunning.Canaries, find =>
            Path.GetRelativePath(day.Location.Run, find.Source) is var found && (found == file || found == file + "-wal")
        );

    [Theory]
    [InlineData("cmdline")]
    [InlineData("environ")]
    [InlineData("health")]
    [InlineData("metrics")]
    [InlineData("problems")]
    [InlineData("stderr")]
    [InlineData("stdout")]
    public void Search_of_the_evidence_finds_the_canary_in(string kind) =>
        Assert.Contains(day.Afterwards.Canaries, find => find.Source == Path.Combine(day.Evidence.Folder, kind, "planted"));

    [Fact]
    public async Task Search_of_the_run_folder_finds_the_canary_in_every_form()
    {
        var scan = await day.Detector.ScanAndProveAsync(day.Location.Run);
        Assert.NotEmpty(scan.Canaries);
    }

    [Fact]
    public void Search_finds_in_each_services_own_env_file_what_it_holds()
    {
        foreach (var service in Programs.Services.Keys)
        {
            var own = day.Location.DotenvOf(service);
            Assert.Equal(
                day.EnvFiles[service].Names,
                day.WhileRunning.Finds.Where(find => find.Source == own && find.Form == "plain")
                    .Select(find => find.Secret)
                    .Distinct()
                    .Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public void No_secret_is_anywhere_else_while_the_platform_runs()
    {
        Assert.Empty(Elsewhere(day.WhileRunning));
        Assert.Empty(day.WhileRunning.Unreadable);
        // Six journals in use, five logs and the database at least; 17 MiB each journal.
        Assert.InRange(day.WhileRunning.Sources, 12, int.MaxValue);
        Assert.InRange(day.WhileRunning.Bytes, 100 << 20, long.MaxValue);
    }

    [Fact]
    public void No_secret_is_anywhere_else_when_all_has_ended()
    {
        Assert.Empty(Elsewhere(day.Afterwards));
        Assert.Empty(day.Afterwards.Unreadable);
    }

    [Fact]
    public void No_call_token_and_no_webhook_signature_is_in_a_log()
    {
        foreach (var log in Directory.GetFiles(day.Location.Run, "*.log"))
        {
            var text = File.ReadAllText(log);
            Assert.DoesNotMatch("Bearer [A-Za-z0-9_-]{8}", text);
            Assert.DoesNotMatch("v1,[A-Za-z0-9+/]{43}=", text);
        }
    }

    [Fact]
    public void Logs_are_at_the_finest_level() =>
        Assert.All(Programs.Services.Keys, service =>
            Assert.Contains(
                " trce: ",
                File.ReadAllText(Path.Combine(day.Location.Run, $"{service}.log")),
                StringComparison.Ordinal
            )
        );

    [Fact]
    public void Logs_show_the_requests_that_carried_a_services_own_secrets_with_the_secrets_hidden()
    {
        foreach (var service in Programs.Services.Keys)
        {
            var requests = File.ReadLines(Path.Combine(day.Location.Run, $"{service}.log"))
                .Where(line =>
                    line.Contains("/orders/", StringComparison.Ordinal) && line.Contains("note=", StringComparison.Ordinal)
                )
                .ToList();
            Assert.NotEmpty(requests);
            Assert.All(requests, line => Assert.Contains("/runs/***/orders/***", line, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Wrong_requests_were_refused_in_every_way()
    {
        var statuses = Directory
            .GetFiles(Path.Combine(day.Evidence.Folder, "problems"))
            .Select(path => File.ReadLines(path).First())
            .ToHashSet(StringComparer.Ordinal);
        Assert.Subset(statuses, new HashSet<string>(["400", "401", "403", "404"], StringComparer.Ordinal));
        Assert.DoesNotContain("500", statuses);
        Assert.DoesNotContain("202", statuses);
    }

    private IEnumerable<LeakFind> Elsewhere(LeakScan scan)
    {
        var allowed = Programs.Services.Keys.Select(day.Location.DotenvOf).ToHashSet(StringComparer.Ordinal);
        return scan.Finds.Where(find => !allowed.Contains(find.Source));
    }
}
