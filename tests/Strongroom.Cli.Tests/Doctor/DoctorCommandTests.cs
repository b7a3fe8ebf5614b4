using System.Security.Cryptography;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Doctor;

public class DoctorCommandTests
{
    [Fact]
    public async Task Clock_that_is_far_from_the_backends_is_a_fault()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        fixture.Vault!.ClockSkew = TimeSpan.FromMinutes(2);

        var result = await InProcess.RunAsync(["doctor"], fixture.Variables, fixture.Folder, []);

        Assert.Equal(ExitCodes.VerificationFailed, result.ExitCode);
        Assert.Matches("fault\tclock\t1[12][0-9] s behind the backend's. → Synchronize both by NTP", result.Output);
    }

    [Fact]
    public async Task Clock_that_aws_takes_no_signature_of_is_a_fault_and_corrected_all_the_same()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        fixture.Aws!.ClockSkew = TimeSpan.FromMinutes(20);

        var result = await InProcess.RunAsync(["doctor"], fixture.Variables, fixture.Folder, []);

        Assert.Equal(ExitCodes.VerificationFailed, result.ExitCode);
        Assert.Matches("fault\tclock\t1[12][0-9][0-9] s behind the backend's. → Synchronize both by NTP", result.Output);
        Assert.Contains("ok\tlogin\tworks, as arn:aws:iam::", result.Output, StringComparison.Ordinal);

        // The SDK keeps an address's correction as long as the process runs, and another test's server may get this port.
        fixture.Aws.ClockSkew = TimeSpan.Zero;
        result = await InProcess.RunAsync(["list"], fixture.Variables, fixture.Folder, []);
        Assert.Equal(ExitCodes.Done, result.ExitCode);
    }

    [Fact]
    public async Task Sts_that_is_silent_is_no_fault_of_secrets_manager()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        fixture.Aws!.Faults.Add(SecretsManagerFaults.Unavailable(), SecretsManagerFaults.Only("GetCallerIdentity"));

        var result = await InProcess.RunAsync(["doctor"], fixture.Variables, fixture.Folder, []);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains("unknown\tlogin\tSTS does not identify the caller; ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_breaks_the_glass_once()
    {
        Assert.SkipUnless(Environment.UserName == "root", "A break-glass file belongs to root.");
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var glass = Path.Combine(fixture.Folder, "glass.json");
        var until = TimeProvider
            .System.GetUtcNow()
            .AddMinutes(30)
            .ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(
            glass,
            JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["operator"] = "jo",
                    ["reason"] = "vault is away",
                    ["until"] = until,
                }
            )
        );
        await InProcess.RunAsync(["database", "upgrade"], fixture.Variables, fixture.Folder, []);
        fixture.Variables["DEPLOYMENT_ENV"] = "staging";
        fixture.Variables["SECRET_BREAK_GLASS_FILE"] = glass;

        var result = await InProcess.RunAsync(["doctor"], fixture.Variables, fixture.Folder, []);
        Assert.Contains("ok\tguardrail\tenv is allowed in staging\n", result.Output, StringComparison.Ordinal);
        Assert.Single(
            await File.ReadAllLinesAsync(
                Assert.Single(Directory.GetFiles(fixture.Folder, "break-glass.jsonl", SearchOption.AllDirectories))
            )
        );
    }

    [Fact]
    public async Task Secret_older_than_90_days_is_a_fault_and_no_reason_not_to_start()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await File.WriteAllTextAsync(
            Path.Combine(fixture.Folder, "secrets.json"),
            """{ "service": "gateway", "secrets": [ { "name": "redis/password" } ] }"""
        );
        fixture.Vault!.ClockSkew = TimeSpan.FromDays(-91);
        await Running.RunCommandTests.SetAsync(fixture, "redis/password", "{value:A}");
        fixture.Vault.ClockSkew = TimeSpan.Zero;

        var result = await InProcess.RunAsync(["doctor"], fixture.Variables, fixture.Folder, []);

        Assert.Equal(ExitCodes.VerificationFailed, result.ExitCode);
        Assert.Contains(
            "fault\tage\t'redis/password' is 91 days old; the limit is 90. → Issue a new one at its provider, then: "
                + "strongroom set redis/password\n",
            result.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("ok\trestart\t", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31, "fault\tsecret calls/risk/gateway\tthe call key is shorter than 32 bytes. → Store a random one ", "fault")]
    [InlineData(32, "ok\tsecret calls/risk/gateway\treadable, version 1\n", "ok")]
    public async Task Call_key_shorter_than_32_bytes_is_a_fault_and_stops_a_start(int bytes, string finding, string restart)
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await File.WriteAllTextAsync(
            Path.Combine(fixture.Folder, "secrets.json"),
            """{ "service": "gateway", "secrets": [ { "name": "calls/risk/gateway" } ] }"""
        );
        await Running.RunCommandTests.SetAsync(fixture, "calls/risk/gateway", RandomNumberGenerator.GetHexString(bytes));

        var result = await InProcess.RunAsync(["doctor"], fixture.Variables, fixture.Folder, []);

        Assert.Contains(finding, result.Output, StringComparison.Ordinal);
        Assert.Contains($"{restart}\trestart\t", result.Output, StringComparison.Ordinal);
    }
}
