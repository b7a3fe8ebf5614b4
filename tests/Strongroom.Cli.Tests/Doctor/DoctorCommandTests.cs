using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Doctor;

public class DoctorCommandTests
{
    [Fact]
    public async Task Clock_that_is_far_from_the_backends_is_a_fault()
    {
        await using var room = await ScriptRoom.OpenAsync("vault");
        room.Vault!.ClockSkew = TimeSpan.FromMinutes(2);

        var result = await InProcess.RunAsync(["doctor"], room.Variables, room.Folder, []);

        Assert.Equal(ExitCodes.VerificationFailed, result.ExitCode);
        Assert.Matches("fault\tclock\t1[12][0-9] s behind the backend's. → Set both by NTP", result.Output);
    }

    [Fact]
    public async Task Secret_older_than_90_days_is_a_fault_and_no_reason_not_to_start()
    {
        await using var room = await ScriptRoom.OpenAsync("vault");
        await File.WriteAllTextAsync(Path.Combine(room.Folder, "secrets.json"), """{ "service": "gateway", "secrets": [ { "name": "redis/password" } ] }""");
        room.Vault!.ClockSkew = TimeSpan.FromDays(-91);
        await Running.RunCommandTests.SetAsync(room, "redis/password", "{value:A}");
        room.Vault.ClockSkew = TimeSpan.Zero;

        var result = await InProcess.RunAsync(["doctor"], room.Variables, room.Folder, []);

        Assert.Equal(ExitCodes.VerificationFailed, result.ExitCode);
        Assert.Contains("fault\tage\t'redis/password' is 91 days old; the rule is 90. → Make a new one at its counterparty, then: strongroom set redis/password\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("ok\trestart\t", result.Output, StringComparison.Ordinal);
    }
}
