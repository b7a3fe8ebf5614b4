using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Aws.Tests.Support;
using Strongroom.Resilience;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Transport;

/// <summary>
/// Who repeats what: Strongroom reads, the SDK what Strongroom does not repeat, and never both (facts 48 and 49).
/// </summary>
public class AttemptTests
{
    public static TheoryData<AwsRetryMode, int?> Settings =>
        new()
        {
            { AwsRetryMode.Standard, null },
            { AwsRetryMode.Standard, 1 },
            { AwsRetryMode.Standard, 5 },
            { AwsRetryMode.Adaptive, 5 },
        };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_read_has_Strongrooms_three_attempts_whatever_the_SDK_is_told(AwsRetryMode mode, int? attempts)
    {
        await using var fixture = await AwsFixture.StartAsync();
        fixture.Server.Faults.Add(SecretsManagerFaults.InternalError());
        var backend = fixture.Backend(options => (options.RetryMode, options.MaxAttempts) = (mode, attempts));
        var layer = new ResilienceLayer(
            backend,
            new ResilienceSettings { Pause = TimeSpan.FromMilliseconds(1) },
            TimeProvider.System,
            NullLogger.Instance
        );

        Assert.Equal(SecretErrorCode.Unreachable, (await layer.ErrorAsync("one")).Code);
        Assert.Equal(3, fixture.Server.Requests.Total);
    }

    [Theory]
    [InlineData(AwsRetryMode.Standard, null, 1)]
    [InlineData(AwsRetryMode.Standard, 1, 1)]
    [InlineData(AwsRetryMode.Standard, 2, 2)]
    [InlineData(AwsRetryMode.Adaptive, 2, 2)]
    public async Task A_write_is_sent_as_often_as_AWS_MAX_ATTEMPTS_says(AwsRetryMode mode, int? attempts, int expected)
    {
        await using var fixture = await AwsFixture.StartAsync();
        fixture.Server.Faults.Add(SecretsManagerFaults.InternalError(), SecretsManagerFaults.Only("CreateSecret"));
        var backend = fixture.Backend(options => (options.RetryMode, options.MaxAttempts) = (mode, attempts));

        await Assert.ThrowsAsync<SecretUnavailableException>(() => backend.SetAsync("one", AwsFixture.Fresh()));
        Assert.Equal((1, expected), (fixture.Server.Requests.Of("GetSecretValue"), fixture.Server.Requests.Of("CreateSecret")));
    }

    [Theory]
    [InlineData(AwsRetryMode.Standard)]
    [InlineData(AwsRetryMode.Adaptive)]
    public async Task A_write_that_fails_once_is_one_version(AwsRetryMode mode)
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend(options => (options.RetryMode, options.MaxAttempts) = (mode, 2));
        await backend.SetAsync("one", AwsFixture.Fresh());
        var puts = 0;
        var put = SecretsManagerFaults.Only("PutSecretValue").Matches!;
        fixture.Server.Faults.Add(
            SecretsManagerFaults.Throttled(),
            new FaultTrigger { Matches = request => put(request) && ++puts == 1 }
        );

        await backend.SetAsync("one", AwsFixture.Fresh());
        Assert.Equal((2, 0L), (fixture.Server.Requests.Of("PutSecretValue"), backend.Throttles));
        Assert.Equal(2, (await backend.VersionsAsync("one")).Count);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_clock_that_is_wrong_and_one_that_is_set_right_are_corrected_once(AwsRetryMode mode, int? attempts)
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend(options => (options.RetryMode, options.MaxAttempts) = (mode, attempts));
        await backend.SetAsync("one", "one-text");
        foreach (var minutes in (int[])[40, -40, 0])
        {
            fixture.Server.ClockSkew = TimeSpan.FromMinutes(minutes);
            var before = fixture.Server.Requests.Total;
            Assert.Equal("one-text", await backend.TextAsync("one"));
            Assert.Equal(before + 2, fixture.Server.Requests.Total);
            Assert.Equal("one-text", await backend.TextAsync("one"));
            Assert.Equal(before + 3, fixture.Server.Requests.Total);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_clock_is_corrected_for_what_the_SDK_repeats_too(AwsRetryMode mode, int? attempts)
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend(options => (options.RetryMode, options.MaxAttempts) = (mode, attempts));
        await backend.SetAsync("one", "one-text");
        foreach (var minutes in (int[])[40, 0])
        {
            fixture.Server.ClockSkew = TimeSpan.FromMinutes(minutes);
            Assert.Single(await backend.VersionsAsync("one"));
        }
    }

    [Theory]
    [InlineData(AwsRetryMode.Standard)]
    [InlineData(AwsRetryMode.Adaptive)]
    public async Task A_wrong_key_is_sent_once(AwsRetryMode mode)
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend(options =>
        {
            options.RetryMode = mode;
            options.Credentials = new BasicAWSCredentials(fixture.Server.AccessKeyId, AwsFixture.Fresh());
        });

        Assert.Equal(SecretErrorCode.LoginRejected, (await backend.ErrorAsync("one")).Code);
        Assert.Equal(1, fixture.Server.Requests.Total);
    }
}
