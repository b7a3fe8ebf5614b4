using System.Text.Json;
using PaperRun.Tests.Support;

namespace PaperRun.Tests.Day;

[Collection(nameof(WholeDayCollection))]
public sealed class WholeDayTests(WholeDay day)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Day_ends_well_after_at_least_30_cycles_with_an_order_filled_one_refused_and_one_cancelled()
    {
        Assert.Equal(0, day.ExitCode);
        Assert.InRange(day.Summary.Cycles, 30, 390);
        Assert.InRange(day.Summary.FilledAtBroker, 1, int.MaxValue);
        Assert.InRange(day.Summary.Refused, 1, int.MaxValue);
        Assert.InRange(day.Summary.Cancelled, 1, int.MaxValue);
        Assert.Equal(day.Summary.Cancelled, day.Summary.CancelledAtBroker);
    }

    [Fact]
    public void Summary_accounts_for_signals_decisions_orders_fills_and_positions()
    {
        var summary = day.Summary;
        Assert.Equal(summary.Cycles * 5, summary.Signals);
        Assert.Equal(summary.Signals, summary.Decisions);
        Assert.Equal(5, summary.Positions.Count);
        Assert.Contains(summary.Positions, position => position.Position != 0);
        Assert.InRange(summary.Positions.Sum(position => position.Fills), summary.FilledAtBroker, int.MaxValue);
    }

    [Fact]
    public void Summary_says_who_read_which_secret_how_often_from_where()
    {
        var accesses = day.Summary.Accesses;
        Assert.Equal(
            ["execution_gateway", "market_data", "orchestrator", "paper_run", "risk_manager", "signal_service"],
            day.Summary.AccessesByService.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(accesses, access => Assert.InRange(access.Times, 1, long.MaxValue));
        Assert.All(accesses, access => Assert.Equal("success", access.Outcome));
        Assert.Contains(accesses, access =>
            access is { Service: "execution_gateway", Name: "alpaca/api_secret_key", Operation: "fetch", Source: "backend" }
        );
        // Each order is a call with the key pair, served from memory.
        Assert.InRange(
            accesses
                .Single(access => access is { Service: "execution_gateway", Name: "alpaca/api_secret_key", Operation: "get" })
                .Times,
            day.Summary.Positions.Sum(position => position.Orders),
            long.MaxValue
        );
    }

    [Fact]
    public void Summary_names_only_secrets_that_the_service_declares()
    {
        foreach (var service in Programs.Services.Keys)
        {
            var declared = Declared(service).ToHashSet(StringComparer.Ordinal);
            Assert.All(day.Summary.Accesses.Where(access => access.Service == service), access =>
                Assert.Contains(access.Name, declared)
            );
        }
    }

    [Fact]
    public async Task Audit_in_the_database_adds_up_to_what_the_summary_says() =>
        Assert.Equal(
            day.Summary.AccessesByService.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            (await SqliteFile.SumAccessesAsync(day.Location.Database)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
        );

    [Fact]
    public void Stdout_is_the_summary_alone_and_progress_is_on_stderr()
    {
        Assert.StartsWith("Run ", day.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("paper-run:", day.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', day.Output);
        Assert.Contains("paper-run: cycle 36 of 36, 15:50 in New York\n", day.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', day.Errors);
    }

    [Fact]
    public void Fresh_folder_gets_a_private_env_file_with_a_value_of_its_own_for_each_variable_of_the_template()
    {
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(day.Location.Dotenv));
        var made = RunLocation.Read(day.Location.Dotenv);
        Assert.Equal(
            RunLocation.Read(Programs.Template).Keys.Order(StringComparer.Ordinal),
            made.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(made.Count, made.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.All(made.Keys, name => Assert.True(made[name].Length >= 20, name));
    }

    [Fact]
    public void Each_service_gets_a_private_env_file_with_its_declared_variables_and_no_others()
    {
        foreach (var service in Programs.Services.Keys)
        {
            Assert.Equal(OwnerOnly, day.EnvFiles[service].Mode);
            Assert.Equal(
                Declared(service).Select(name => name.Replace('/', '_').ToUpperInvariant()).Order(StringComparer.Ordinal),
                day.EnvFiles[service].Names
            );
        }
    }

    [Fact]
    public void Env_files_of_the_services_are_gone_with_the_run() => Assert.Empty(day.Location.SecretFiles);

    [Fact]
    public void Ctrl_C_ends_the_kept_platform_with_nothing_left_running()
    {
        Assert.Equal(Programs.Services.Keys, day.Services.Select(service => service.Service).Order(StringComparer.Ordinal));
        Assert.Empty(day.LeftRunning);
    }

    private static IEnumerable<string> Declared(string service)
    {
        using var declaration = JsonDocument.Parse(File.ReadAllBytes(Programs.DeclarationOf(service)));
        return
        [
            .. declaration
                .RootElement.GetProperty("secrets")
                .EnumerateArray()
                .Select(secret => secret.GetProperty("name").GetString()!),
        ];
    }
}
